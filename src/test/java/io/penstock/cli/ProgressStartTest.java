/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.Recovery;
import io.penstock.store.LastKnown;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressStartTest {
    /** 2023-11-14T22:14:05Z, and the bounds of windows around it. */
    private static final long POSITION = (1_700_000_045L << 32) + 7;

    private static final long BOUND = 1_700_000_040L << 32;
    private static final long LATER_BOUND = 1_700_000_100L << 32;

    private static LastKnown known(int epoch) {
        return new LastKnown(3, 57, POSITION, epoch, 1, Optional.empty());
    }

    @Test
    void theStreamIsReadFromTheEndOfTheLastWindowThatIsSurelyAtAllTargets() {
        ProgressStart start = ProgressStart.of(known(2), OptionalLong.of(BOUND), time -> time == BOUND, 2);
        assertThat(start.recovery()).isEqualTo(new Recovery(BOUND, 3));
        assertThat(start.isSealed()).isTrue();
        assertThat(start.isReached()).isTrue();
        assertThat(String.join("\n", start.describe("orders", 1)))
                .contains("no checkpoint of orders is left", "checkpoint 57 of the life with token 3", "as epoch 3")
                .contains("read again from 2023-11-14T22:14:00Z on, the end of the last window")
                .contains("revision 1 at most", "generation 2 begins")
                .contains("unknown  what collections held that were dropped")
                .doesNotContain("no longer has", "no sink had committed");
    }

    @Test
    void withoutASealedWindowItIsReadFromWhereItWasAndThatIsSaid() {
        ProgressStart start = ProgressStart.of(known(1), OptionalLong.empty(), time -> true, 0);
        assertThat(start.recovery()).isEqualTo(new Recovery(POSITION, 2));
        assertThat(start.isSealed()).isFalse();
        assertThat(String.join("\n", start.describe("orders", 1)))
                .contains("no window is known to be sealed", "no sink had committed")
                .doesNotContain("generation");
    }

    /** The life that told last had lost the checkpoints of one before it, had begun at a window's end, and is lost itself. */
    @Test
    void whatAnEarlierLifeHadSealedBehindTheLastPositionCounts() {
        ProgressStart start = ProgressStart.of(known(3), OptionalLong.of(LATER_BOUND), time -> true, 3);
        assertThat(start.recovery()).isEqualTo(new Recovery(LATER_BOUND, 4));
    }

    @Test
    void whatTheSourceHasForgottenIsSaidToBeUnknown() {
        ProgressStart start = ProgressStart.of(known(1), OptionalLong.of(BOUND), time -> false, 2);
        assertThat(start.recovery().time()).as("where the gap begins").isEqualTo(BOUND);
        assertThat(String.join("\n", start.describe("orders", 4)))
                .contains("no longer has the history from 2023-11-14T22:14:00Z on", "as epoch 3", "revision 4")
                .contains("what was deleted since 2023-11-14T22:14:00Z: targets keep it");
        assertThat(start.details())
                .containsEntry("position", "6553F12D00000007")
                .containsEntry("streamFrom", "6553F12800000000")
                .containsEntry("checkpoint", "57")
                .containsEntry("historyLost", "true");
    }
}
