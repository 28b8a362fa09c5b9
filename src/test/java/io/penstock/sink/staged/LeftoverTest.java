/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class LeftoverTest {
    @Test
    void whatWasStagedAfterTheRestoredCheckpointIsInNone() {
        Leftover leftover = new Leftover(0, 1, 10);
        assertThat(leftover.includes(1, 0, 10)).isTrue();
        assertThat(leftover.includes(1, 0, 9)).as("checkpoint 10 holds it").isFalse();
    }

    @Test
    void aJobThatStartsFromNothingKnowsNoStage() {
        assertThat(new Leftover(0, 1, 0).includes(1, 0, 0)).isTrue();
        assertThat(new Leftover(0, 1, 0).includes(1, 0, 99)).isTrue();
    }

    @Test
    void aStageThatAFrozenWriterMadeLongAgoIsOne() {
        assertThat(new Leftover(0, 1, 2000).includes(1, 0, 999)).isTrue();
        assertThat(new Leftover(0, 1, 2000).includes(1, 0, 1000)).isFalse();
    }

    @Test
    void eachStageFallsToOneWriterHoweverTheJobIsRescaled() {
        for (int parallelism = 1; parallelism < 9; parallelism++) {
            for (int stagedBy = 0; stagedBy < 12; stagedBy++) {
                int claimed = 0;
                for (int subtask = 0; subtask < parallelism; subtask++) {
                    claimed += new Leftover(subtask, parallelism, 5).includes(1, stagedBy, 7) ? 1 : 0;
                }
                assertThat(claimed).isEqualTo(1);
            }
        }
    }

    @Test
    void whereTheStagesOfACheckpointAreKnownAllOthersAre() {
        Leftover leftover = new Leftover(0, 2, 5000, Set.of(7L));
        assertThat(leftover.includes(7, 0, 3)).as("checkpoint 5000 holds it").isFalse();
        assertThat(leftover.includes(8, 0, 4999)).isTrue();
        assertThat(leftover.includes(8, 1, 4999)).as("another subtask's").isFalse();
    }
}
