/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static io.penstock.cli.LetterTableTest.letter;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.ReplayWatch.End;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By what is known of a letter before and after it was asked for. */
class ReplayWatchTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, REQUESTED, WAITING",
        "1, 1, OPEN, WAITING",
        "1, 2, OPEN, REFUSED_AGAIN",
        // Somebody else has asked for it once more since.
        "1, 2, REQUESTED, REFUSED_AGAIN",
        "2, 2, REQUESTED, WAITING",
        "1, 1, REPLAYED, REPLAYED",
        "1, 2, REPLAYED, REPLAYED",
        "1, 1, SUPERSEDED, SUPERSEDED",
        "1, 0, , PURGED"
    })
    void howAReplayEnded(int before, int after, LetterState state, End end) {
        LetterEntry asked = letter("a", "k", "c", before, LetterState.OPEN);
        LetterEntry now = state == null ? null : letter("a", "k", "c", after, state);
        assertThat(ReplayWatch.end(asked, now)).isEqualTo(end);
    }
}
