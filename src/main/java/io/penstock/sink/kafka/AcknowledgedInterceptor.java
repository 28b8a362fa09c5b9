/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.sink.kafka.Acknowledged.Slot;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Notes where a message came to lie in the slot that it carries. The one place in which Kafka's producer tells of an acknowledged message
 * together with something of it: its headers, each the object that was given. Made by the producer, called in its threads.
 */
public final class AcknowledgedInterceptor implements ProducerInterceptor<byte[], byte[]> {
    /** A header that also knows where its message is to be noted. */
    static final class SlotHeader extends RecordHeader {
        private final Slot slot;
        private final Unacknowledged waiting;
        private final long sentAt = System.nanoTime();
        private boolean hasEnded;

        /**
         * A header of one message.
         *
         * @param slot null when it is not to be noted where it came to lie
         */
        SlotHeader(String name, byte[] value, Slot slot, Unacknowledged waiting) {
            super(name, value);
            this.slot = slot;
            this.waiting = waiting;
        }

        /** {@link System#nanoTime()} when the message was made. */
        long sentAt() {
            return sentAt;
        }

        /** Guarded, like the next, by the lock of {@link Unacknowledged}. */
        boolean hasEnded() {
            return hasEnded;
        }

        void end() {
            hasEnded = true;
        }
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> message) {
        return message;
    }

    @Override
    public void onAcknowledgement(RecordMetadata where, Exception failure, Headers headers) {
        if (headers.lastHeader(ChangeHeaders.LAST) instanceof SlotHeader known) {
            if (failure == null && where.hasOffset() && known.slot != null) {
                known.slot.add(where);
            }
            known.waiting.remove(known);
        }
    }

    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public void close() {}
}
