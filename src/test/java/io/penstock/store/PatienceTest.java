/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final List<Duration> waits = new ArrayList<>();
    private long now;

    private Patience patience(double random) {
        return new Patience(() -> now, () -> random, length -> {
            waits.add(length);
            now += length.toNanos();
        });
    }

    private static final class Store {
        private int calls;

        private String answer(int faults) throws IOException {
            if (++calls <= faults) {
                throw new StoreAwayException("away.", null);
            }
            return "there";
        }
    }

    @Test
    void waitsGrowToFiveSecondsWithFullJitter() throws Exception {
        Store store = new Store();
        assertThat(patience(1).keepCalling(() -> store.answer(7))).isEqualTo("there");
        assertThat(waits).extracting(Duration::toMillis).containsExactly(250L, 500L, 1000L, 2000L, 4000L, 5000L, 5000L);
        waits.clear();
        Store other = new Store();
        patience(0.5).keepCalling(() -> other.answer(3));
        assertThat(waits).extracting(Duration::toMillis).containsExactly(125L, 250L, 500L);
    }

    @Test
    void aStoreThatIsAwayForMoreThanFiveMinutesIsGivenUp() {
        Store store = new Store();
        assertThatThrownBy(() -> patience(1).keepCalling(() -> store.answer(Integer.MAX_VALUE)))
                .isInstanceOf(StoreAwayException.class);
        assertThat(Duration.ofNanos(now))
                .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(6));
    }

    @Test
    void whatDoesNotPassIsNotTriedAgain() {
        assertThatThrownBy(() -> patience(1).keepCalling(() -> {
                    throw new IOException("refused");
                }))
                .hasMessage("refused");
        assertThat(waits).isEmpty();
    }
}
