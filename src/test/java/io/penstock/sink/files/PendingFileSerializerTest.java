/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PendingFileSerializerTest {
    private static final PendingFile FILE = new PendingFile(
            new byte[] {1, 2, 3},
            1,
            "file:/export/geo.cities/part-5-0a1b2c3d-4e5f6a7b-2-8-1-20.ndjson",
            new Namespace("geo", "cities"),
            5,
            6,
            7,
            new byte[32]);

    /** Version 1, for ever: savepoints hold it. */
    private static final String GOLDEN = "00000001" + "00000003" + "010203"
            + "0040" + "66696c653a2f6578706f72742f67656f2e6369746965732f706172742d352d30613162326333642d"
            + "34653566366137622d322d382d312d32302e6e646a736f6e"
            + "0003" + "67656f" + "0006" + "636974696573"
            + "0000000000000005" + "0000000000000006" + "0000000000000007"
            + "00000020" + "00".repeat(32);

    private final PendingFileSerializer serializer = new PendingFileSerializer();

    @Test
    void the_form_in_checkpoints_is_pinned() throws Exception {
        assertThat(serializer.getVersion()).isEqualTo(1);
        assertThat(HexFormat.of().formatHex(serializer.serialize(FILE))).isEqualTo(GOLDEN);
        assertThat(serializer.deserialize(1, HexFormat.of().parseHex(GOLDEN)))
                .usingRecursiveComparison()
                .isEqualTo(FILE);
    }

    /** Version 1 is what committers' states hold that were written before there were manifests. */
    @Test
    void what_is_committed_is_pinned_and_earlier_versions_are_read() throws Exception {
        FilesCommittableSerializer committables = new FilesCommittableSerializer();
        PendingManifest manifest = new PendingManifest("m/5.json", new byte[] {'{', '}'}, null);
        PendingManifest grown = new PendingManifest("m/5-7.json", new byte[] {'{', '}'}, "m/5.json");
        String file = "01" + "00000096" + GOLDEN;
        String json = "02" + "0008" + "6d2f352e6a736f6e" + "00000002" + "7b7d";

        String more = "03" + "000a" + "6d2f352d372e6a736f6e" + "0008" + "6d2f352e6a736f6e" + "00000002" + "7b7d";

        assertThat(committables.getVersion()).isEqualTo(3);
        PendingLetter letter = new PendingLetter(new Namespace("geo", "cities"), 5, new LetterEvent.Replayed("a1"));
        String told = "04" + "0467656f07636974696573" + "0000000000000005" + "0102036131";
        assertThat(HexFormat.of().formatHex(committables.serialize(letter))).isEqualTo(told);
        assertThat(committables.deserialize(3, HexFormat.of().parseHex(told))).isEqualTo(letter);
        assertThat(HexFormat.of().formatHex(committables.serialize(grown))).isEqualTo(more);
        assertThat(committables.deserialize(2, HexFormat.of().parseHex(more)))
                .usingRecursiveComparison()
                .isEqualTo(grown);
        assertThat(HexFormat.of().formatHex(committables.serialize(FILE))).isEqualTo(file);
        assertThat(HexFormat.of().formatHex(committables.serialize(manifest))).isEqualTo(json);
        assertThat(committables.deserialize(1, HexFormat.of().parseHex(GOLDEN)))
                .usingRecursiveComparison()
                .isEqualTo(FILE);
        assertThat(committables.deserialize(2, HexFormat.of().parseHex(file)))
                .usingRecursiveComparison()
                .isEqualTo(FILE);
        assertThat(committables.deserialize(2, HexFormat.of().parseHex(json)))
                .usingRecursiveComparison()
                .isEqualTo(manifest);
        assertThatThrownBy(() -> committables.deserialize(4, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 4");
    }

    @Test
    void a_later_version_is_refused_by_its_number() {
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2");
    }
}
