/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.sink.kafka.AcknowledgedInterceptor.SlotHeader;
import io.penstock.sink.outage.OutageMetrics;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The messages that were sent and have not ended: what Kafka's producer buffers. In order of sending; one that ends behind an older one stays until that has
 * ended too, so that the age of the oldest is exact. Added to in the writer's task thread, removed from in threads of Kafka's producer.
 */
final class Unacknowledged {
    private final OutageMetrics metrics;
    private final Deque<SlotHeader> sent = new ArrayDeque<>();
    private long waiting;

    Unacknowledged(OutageMetrics metrics) {
        this.metrics = metrics;
    }

    synchronized void add(SlotHeader message) {
        sent.addLast(message);
        waiting++;
        tell();
    }

    /** It is acknowledged, or has failed. */
    synchronized void remove(SlotHeader message) {
        if (!message.hasEnded()) {
            message.end();
            waiting--;
            while (!sent.isEmpty() && sent.peekFirst().hasEnded()) {
                sent.removeFirst();
            }
            tell();
        }
    }

    private void tell() {
        metrics.buffered(waiting, sent.isEmpty() ? 0 : sent.peekFirst().sentAt());
    }
}
