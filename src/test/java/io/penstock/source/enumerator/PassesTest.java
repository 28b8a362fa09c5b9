/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.Watermarks;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PassesTest {
    private static final long T0 = 1000L << 32 | 3;

    private static Passes begun() {
        Passes passes = new Passes(Map.of());
        passes.begin(T0);
        return passes;
    }

    @Test
    void theWatermarkStaysBelowAPassUntilACheckpointThatHasItsEndIsComplete() {
        Passes passes = begun();
        passes.snapshot(1, start -> true, T0 + 1);
        assertThat(passes.hold()).isEqualTo(999_999);
        assertThat(passes.completed(1)).isTrue();
        assertThat(passes.hold()).isEqualTo(Watermarks.UNHELD);
    }

    @Test
    void aCheckpointFromBeforeTheEndReleasesNothingThoughThePassHasEndedMeanwhile() {
        Passes passes = begun();
        passes.snapshot(1, start -> false, T0 + 1);
        passes.snapshot(2, start -> true, T0 + 1);
        assertThat(passes.completed(1)).isFalse();
        assertThat(passes.hold()).isEqualTo(999_999);
        assertThat(passes.completed(2)).isTrue();
    }

    @Test
    void anAbortedCheckpointReleasesNothingWhenALaterOneHasTheSplitsOpenAgain() {
        Passes passes = begun();
        passes.snapshot(1, start -> true, T0 + 1);
        passes.snapshot(2, start -> false, T0 + 1);
        assertThat(passes.completed(2)).isFalse();
        assertThat(passes.hold()).isEqualTo(999_999);
    }

    @Test
    void theStreamHasToHavePassedTheGreatestTimeThatRowsWereReadAt() {
        Passes passes = begun();
        passes.read(T0, T0 + 50);
        passes.snapshot(1, start -> true, T0 + 50);
        assertThat(passes.completed(1))
                .as("events of that very time may still come")
                .isFalse();
        passes.snapshot(2, start -> true, T0 + 51);
        assertThat(passes.completed(2)).isTrue();
    }

    @Test
    void theEarliestPassHoldsAndClusterTimesAreUnsigned() {
        Passes passes = begun();
        long beyond2038 = 0x9000_0000_0000_0000L;
        passes.begin(beyond2038);
        assertThat(passes.hold()).isEqualTo(999_999);
        passes.snapshot(1, start -> start == T0, T0 + 1);
        passes.completed(1);
        assertThat(passes.hold()).isEqualTo(Watermarks.below(beyond2038)).isPositive();
    }

    @Test
    void aPassThatIsAskedForAgainEndsWithThatOfAnotherCollectionOnly() {
        Passes passes = begun();
        passes.snapshot(1, start -> true, T0 + 1);
        passes.begin(T0);
        assertThat(passes.completed(1))
                .as("rows of the second collection are still to be read")
                .isFalse();
        assertThat(passes.hold()).isEqualTo(999_999);
    }
}
