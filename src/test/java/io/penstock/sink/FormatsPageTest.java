/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.bson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.RowHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/formats.md} shows is what is written. */
class FormatsPageTest {
    private final String page;

    FormatsPageTest() throws Exception {
        page = Files.readString(Path.of("docs/formats.md"));
    }

    @Test
    void the_line_that_it_shows_is_written_so() {
        Matcher example = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(example.find()).isTrue();
        String line = example.group(1).replaceAll("\n ?", "");

        ChangeRecord change = ChangeDecoder.json(line);

        Bytes out = new Bytes();
        new JsonEnvelope().encode(change, out);
        assertThat(new String(out.toByteArray(), UTF_8)).isEqualTo(line);
        assertThat(change.rowHash()).isEqualTo(RowHash.of(CITIES, change.key(), change.document()));
    }

    @Test
    void its_vectors_of_row_hashes_hold() {
        HexFormat hex = HexFormat.of();
        Matcher vectors = Pattern.compile(
                        "^\\| `(\\{.*})` \\| `([0-9a-f]+)` \\| `([0-9a-f]{64})` \\|$", Pattern.MULTILINE)
                .matcher(page);
        assertThat(vectors.results()).hasSize(5);
        for (MatchResult vector : vectors.reset().results().toList()) {
            byte[] document = bson(vector.group(1));
            Key key = Key.of(document);
            assertThat(hex.formatHex(key.bytes())).isEqualTo(vector.group(2));
            assertThat(hex.formatHex(RowHash.of(CITIES, key, document))).isEqualTo(vector.group(3));
        }
    }
}
