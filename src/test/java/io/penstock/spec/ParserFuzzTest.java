/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No text makes the parser fail in another way than by saying what is wrong with the text. */
class ParserFuzzTest {

    private static final String VALID =
            """
            name: a
            source:
              uri: ${URI:-embedded}
              collections: [geo.cities, /shop\\..*/]
              snapshot: {split-size: 64 mb, tags: [{dc: east}], read-preference: nearest}
              startup: {mode: timestamp, timestamp: 2026-11-01T00:00:00Z}
            sinks:
              - &f {type: files, path: out, name: f}
              - {type: kafka, bootstrap-servers: "h:1", topic: "${collection}", properties: {a: 1}}
            windows: {every: 1 min}
            """;

    record Edit(int at, int length, String instead) {
        String applyTo(String text) {
            int from = Math.min(at, text.length());
            return text.substring(0, from) + instead + text.substring(Math.min(from + length, text.length()));
        }
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "\n",
                        "  ",
                        "\t",
                        ":",
                        ": ",
                        "- ",
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        "'",
                        "#",
                        "&a ",
                        "*a",
                        "*f",
                        "<<: *f",
                        "!!int ",
                        "!x ",
                        "| ",
                        "> ",
                        "? ",
                        "---\n",
                        "...\n",
                        "%YAML 1.1\n",
                        "${",
                        "${X}",
                        "$$",
                        "~",
                        "null",
                        "\"\\0\"",
                        "0x1F",
                        "1e9",
                        "-1",
                        "99999999999999999999",
                        "\uFEFF",
                        "\u0007",
                        "\u2028",
                        "\uE07B",
                        "\uD800",
                        "[[[[[[[[[[[[",
                        "/",
                        "/(/",
                        "0001-01-01T00:00:00+18:00",
                        "+999999999-12-31T23:59:59Z",
                        "mongodb://",
                        "mongodb://%zz",
                        "mongodb+srv://",
                        "9223372036854775807 d",
                        "9223372036854775807 tb"),
                Arbitraries.strings().ascii().ofMaxLength(3));
        return Combinators.combine(
                        Arbitraries.integers().between(0, VALID.length()),
                        Arbitraries.integers().between(0, 12),
                        pieces)
                .as(Edit::new)
                .list()
                .ofMaxSize(4);
    }

    @Property(tries = 1000)
    void everyTextIsAcceptedOrRefusedWithPlaces(@ForAll("edits") List<Edit> edits) {
        String text = VALID;
        for (Edit edit : edits) {
            text = edit.applyTo(text);
        }
        int lines = text.split("\\R", -1).length;
        try {
            assertThat(JobSpec.parse("a.yaml", text, Map.<String, String>of()::get))
                    .isNotNull();
        } catch (SpecException e) {
            assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.line()).isBetween(1, lines);
                assertThat(problem.column()).isPositive();
                assertThat(problem.message()).isNotBlank();
            });
        }
    }
}
