/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Namespace;
import io.penstock.sink.kafka.AcknowledgedInterceptor.SlotHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;

/**
 * Where the messages of the transaction under way came to lie, by namespace, window and partition. What the broker says of a message does
 * not tell of which change it is, so each message carries its {@link Slot} along in a header, to {@link AcknowledgedInterceptor}.
 *
 * <p>Slots are asked for and taken in the writer's task thread, filled in threads of Kafka's producer; a flush, which waits for all of
 * these, lies between.
 */
final class Acknowledged {
    private final Map<Namespace, Map<Long, Slot>> slots = new HashMap<>();
    private final Unacknowledged waiting;
    private Slot latest;

    /** @param waiting is told of each message that was sent, and again when it has ended */
    Acknowledged(Unacknowledged waiting) {
        this.waiting = waiting;
    }

    /** A message goes to Kafka's producer, with headers of {@link ChangeHeaders}. */
    void sent(Headers headers) {
        if (headers.lastHeader(ChangeHeaders.LAST) instanceof SlotHeader sent) {
            waiting.add(sent);
        }
    }

    /** The last header of a change's message. A replay's is in no receipt: its window was sealed without it. */
    SlotHeader header(String name, byte[] value, ChangeRecord change) {
        return new SlotHeader(name, value, change.replay() == null ? slotOf(change) : null, waiting);
    }

    /** The one that a change's message is to be noted in. */
    private Slot slotOf(ChangeRecord change) {
        if (latest == null || latest.window != change.window() || !latest.namespace.equals(change.namespace())) {
            latest = slots.computeIfAbsent(change.namespace(), any -> new TreeMap<>())
                    .computeIfAbsent(change.window(), window -> new Slot(change.namespace(), window));
        }
        return latest;
    }

    /** All that was acknowledged since the last call, in order of window; to be called after a flush. */
    List<Delivery> take(String transactionalId) {
        List<Delivery> taken = new ArrayList<>();
        slots.values().forEach(windows -> windows.values().forEach(slot -> slot.addTo(taken, transactionalId)));
        slots.clear();
        latest = null;
        return taken;
    }

    /** The messages of a namespace and window. */
    static final class Slot {
        private final Namespace namespace;
        private final long window;
        private final Map<String, Map<Integer, Range>> ranges = new TreeMap<>();

        private Slot(Namespace namespace, long window) {
            this.namespace = namespace;
            this.window = window;
        }

        /** A message is in the log. */
        synchronized void add(RecordMetadata where) {
            ranges.computeIfAbsent(where.topic(), any -> new TreeMap<>())
                    .computeIfAbsent(where.partition(), any -> new Range(where.offset()))
                    .add(where.offset());
        }

        private synchronized void addTo(List<Delivery> deliveries, String transactionalId) {
            ranges.forEach((topic, partitions) -> partitions.forEach((partition, range) -> deliveries.add(new Placed(
                    namespace, window, topic, partition, range.first, range.last, range.rows, transactionalId))));
        }
    }

    private static final class Range {
        private long first;
        private long last;
        private long rows;

        private Range(long offset) {
            first = offset;
            last = offset;
        }

        private void add(long offset) {
            first = Math.min(first, offset);
            last = Math.max(last, offset);
            rows++;
        }
    }
}
