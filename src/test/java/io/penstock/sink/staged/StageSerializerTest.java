/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.LetterEvent;
import io.penstock.record.Version;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StageSerializerTest {
    private static final Stage STAGE = new Stage(
            new Stage.Name(UUID.fromString("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"), 7, 41),
            1000,
            -2,
            Version.row(0x68E7780000000001L),
            Version.event(0x68E7780100000002L),
            List.of("cities", "Größe"),
            List.of());

    /** Version 1, for ever: savepoints hold it. */
    private static final String GOLDEN =
            "0a1b2c3d4e5f6071" + "8293a4b5c6d7e8f9" + "0000000000000007" + "0000000000000029"
                    + "00000000000003e8" + "fffffffffffffffe"
                    + "00000011" + "363845373738303030303030303030317e"
                    + "00000010" + "36384537373830313030303030303032"
                    + "00000002" + "00000006" + "636974696573" + "00000007" + "4772c3b6c39f65";

    private static final Stage WITH_LETTERS = new Stage(
            STAGE.name(),
            STAGE.rows(),
            STAGE.digest(),
            STAGE.first(),
            STAGE.last(),
            STAGE.targets(),
            List.of(new LetterEvent.Replayed("aa"), new LetterEvent.Superseded("b")));

    private static final String GOLDEN_2 = GOLDEN + "00000002" + "0102036161" + "01030262";

    private final StageSerializer serializer = new StageSerializer();

    @Test
    void theFormInCheckpointsIsPinned() throws Exception {
        assertThat(serializer.deserialize(1, HexFormat.of().parseHex(GOLDEN))).isEqualTo(STAGE);
        assertThat(serializer.getVersion()).isEqualTo(2);
        assertThat(HexFormat.of().formatHex(serializer.serialize(WITH_LETTERS))).isEqualTo(GOLDEN_2);
        assertThat(serializer.deserialize(2, HexFormat.of().parseHex(GOLDEN_2))).isEqualTo(WITH_LETTERS);
    }

    @Test
    void aVersionThatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(3, HexFormat.of().parseHex(GOLDEN)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 3");
    }

    /** Staged rows carry it, and a committable that was restored must find them. */
    @Test
    void theShortFormOfAStagesNameIsPinned() {
        assertThat(HexFormat.of().toHexDigits(STAGE.name().id())).isEqualTo("89c3a1354489481a");
    }
}
