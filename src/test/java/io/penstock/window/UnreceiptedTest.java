/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.Version;
import org.junit.jupiter.api.Test;

/** What waits for a manifest, and that it does not grow without end. */
class UnreceiptedTest {
    private final Unreceipted waiting = new Unreceipted();

    private static Placed delivery(long window, int partition, long first, long last, String transaction) {
        return new Placed(Vectors.NS, window, "t", partition, first, last, last - first + 1, transaction);
    }

    @Test
    void aManifestTakesItsWindowAndLeavesLaterOnes() {
        waiting.add(delivery(5, 0, 0, 9, "a"));
        waiting.add(delivery(5, 0, 10, 19, "b"));
        waiting.add(delivery(6, 0, 20, 29, "b"));

        assertThat(waiting.take(Vectors.NS, 5)).containsExactly(delivery(5, 0, 0, 9, "a"), delivery(5, 0, 10, 19, "b"));
        assertThat(waiting.take(Vectors.NS, 5)).isEmpty();
        assertThat(waiting.all()).containsExactly(delivery(6, 0, 20, 29, "b"));
    }

    @Test
    void aBaselineTakesAllBeforeItOneAPartition() {
        waiting.add(delivery(3, 0, 0, 9, "a"));
        waiting.add(delivery(4, 0, 10, 19, "b"));
        waiting.add(delivery(4, 1, 7, 8, "b"));
        waiting.add(delivery(5, 0, 20, 29, "b"));

        assertThat(waiting.take(Vectors.NS, 5))
                .containsExactlyInAnyOrder(delivery(3, 0, 0, 29, null), delivery(4, 1, 7, 8, "b"));
    }

    @Test
    void windowsThatWereClosedWithoutAManifestAreOne() {
        for (int window = 0; window < 1000; window++) {
            waiting.add(delivery(window, 0, 10 * window, 10 * window + 9, "t" + window));
            waiting.close(window - 1);
        }
        assertThat(waiting.all())
                .containsExactlyInAnyOrder(delivery(998, 0, 0, 9989, null), delivery(999, 0, 9990, 9999, "t999"));
        assertThat(waiting.take(Vectors.NS, 999)).containsExactly(delivery(998, 0, 0, 9999, null));
        waiting.close(2000);
        assertThat(waiting.all()).isEmpty();
    }

    @Test
    void aWindowOfVeryManyTransactionsKeepsNoMoreThanOneAPartition() {
        for (int i = 0; i <= Unreceipted.APART; i++) {
            waiting.add(delivery(5, i % 2, i, i, "t" + i));
        }
        assertThat(waiting.all())
                .hasSize(2)
                .map(Placed.class::cast)
                .allMatch(delivery -> delivery.transactionalId() == null)
                .extracting(Placed::rows)
                .containsExactlyInAnyOrder(257L, 256L);
    }

    @Test
    void whatWasRefusedStaysApartAndComesWithItsWindowOrTheManifestThatTakesIt() {
        waiting.add(refused(5, 1));
        waiting.add(refused(5, 2));
        waiting.add(delivery(5, 0, 0, 9, "a"));
        waiting.add(delivery(5, 0, 10, 19, "b"));
        waiting.add(refused(6, 3));

        waiting.close(6);
        assertThat(waiting.all())
                .containsExactlyInAnyOrder(refused(6, 1), refused(6, 2), refused(6, 3), delivery(6, 0, 0, 19, null));
        assertThat(waiting.take(Vectors.NS, 6)).hasSize(4);
        assertThat(waiting.all()).isEmpty();
    }

    private static Refused refused(long window, int key) {
        return new Refused(Vectors.NS, window, "{\"_id\":" + key + "}", Version.event(key), 0, "ab", null);
    }
}
