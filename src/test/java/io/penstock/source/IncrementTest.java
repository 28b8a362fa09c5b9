/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Where an increment ends. */
class IncrementTest {

    /** Cluster times are unsigned: seconds beyond 2038 set the upper bit. */
    @Property
    void theEndIsTheLastBoundBeforeAndTheBoundBehindIsTheNext(
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second,
            @ForAll @IntRange(min = 0) int increment,
            @ForAll @IntRange(min = 1, max = 100_000) int length) {
        long now = second << 32 | increment;
        Increment last = Increment.before(now, length);
        assertThat(Long.compareUnsigned(last.until(), now)).isNotPositive();
        assertThat((last.until() >>> 32) % length).isZero();
        assertThat(second - (last.until() >>> 32)).isLessThan(length);
        assertThat(last.boundBehind(now)).isEqualTo(last.until() + ((long) length << 32));
    }

    @Test
    void atABoundTheWindowBeforeIsWholeAndARowReadThenBelongsToTheNext() {
        Increment last = Increment.before(120L << 32, 60);
        assertThat(last.until()).isEqualTo(120L << 32);
        assertThat(last.boundBehind(120L << 32)).isEqualTo(180L << 32);
    }

    @Test
    void aTimeInsideAWindowIsNoEnd() {
        assertThatThrownBy(() -> new Increment(121L << 32, 60)).hasMessageContaining("no bound of windows of 60 s");
        assertThatThrownBy(() -> new Increment(120L << 32 | 1, 60)).hasMessageContaining("no bound");
    }
}
