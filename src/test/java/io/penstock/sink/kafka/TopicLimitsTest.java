/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TopicLimitsTest {
    private final AtomicLong now = new AtomicLong();
    private final List<String> asked = new ArrayList<>();
    private final TopicLimits limits = new TopicLimits(
            topic -> {
                asked.add(topic);
                return new TopicLimit(asked.size(), "", null);
            },
            now::get);

    @Test
    void aTopicIsAskedForOnceUntilSomethingIsToBeRefusedAndThenNotAtOnceAgain() {
        assertThat(limits.of("a").bytes()).isEqualTo(1);
        now.addAndGet(TopicLimits.FRESH.toNanos() * 100);
        assertThat(limits.of("a").bytes()).isEqualTo(1);
        assertThat(limits.now("a").bytes()).isEqualTo(2);
        now.addAndGet(TopicLimits.FRESH.toNanos() - 1);
        assertThat(limits.now("a").bytes()).isEqualTo(2);
        now.addAndGet(1);
        assertThat(limits.now("a").bytes()).isEqualTo(3);
        assertThat(limits.of("a").bytes()).isEqualTo(3);
        assertThat(limits.of("b").bytes()).isEqualTo(4);
        assertThat(asked).containsExactly("a", "a", "a", "b");
    }
}
