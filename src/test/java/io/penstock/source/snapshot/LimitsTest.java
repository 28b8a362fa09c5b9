/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private long now;
    private long latency = Duration.ofMillis(1).toNanos();

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void overTimeARateIsKeptWhateverTheSizeOfBatches() {
        RateLimit limit = new RateLimit(1000, () -> now);
        long taken = 0;
        while (now < Duration.ofSeconds(20).toNanos()) {
            long batch = 1 + taken % 3000;
            taken += batch;
            pass(limit.take(batch));
            pass(Duration.ofMillis(1));
        }
        assertThat(taken).isBetween(18_000L, 24_500L);
    }

    @Test
    void noLimitMeansNoWait() {
        assertThat(new RateLimit(0, () -> now).take(Long.MAX_VALUE)).isZero();
    }

    @Test
    void atRestAtMostASecondsWorthIsSavedUp() {
        RateLimit limit = new RateLimit(100, () -> now);
        pass(Duration.ofHours(1));
        assertThat(limit.take(100)).isZero();
        assertThat(limit.take(100)).isEqualTo(Duration.ofSeconds(1));
    }

    private Duration pausesOfTenSeconds(Courtesy courtesy) {
        Duration paused = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            pass(Duration.ofMillis(50));
            Duration pause = courtesy.pause();
            paused = paused.plus(pause);
            pass(pause);
        }
        return paused;
    }

    @Test
    void readingBacksOffWhenTheServerAnswersMoreSlowlyAndComesBackWhenItRecovers() {
        Courtesy courtesy = new Courtesy(() -> now, () -> latency);
        assertThat(pausesOfTenSeconds(courtesy)).isZero();
        latency = Duration.ofMillis(60).toNanos();
        assertThat(pausesOfTenSeconds(courtesy)).isGreaterThan(Duration.ofSeconds(60));
        latency = Duration.ofMillis(1).toNanos();
        pausesOfTenSeconds(courtesy);
        assertThat(pausesOfTenSeconds(courtesy)).isZero();
    }
}
