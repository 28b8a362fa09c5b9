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
    /** A header that also knows the slot of its message. */
    static final class SlotHeader extends RecordHeader {
        private final Slot slot;

        SlotHeader(String name, byte[] value, Slot slot) {
            super(name, value);
            this.slot = slot;
        }
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> message) {
        return message;
    }

    @Override
    public void onAcknowledgement(RecordMetadata where, Exception failure, Headers headers) {
        if (failure == null
                && where.hasOffset()
                && headers.lastHeader(ChangeHeaders.LAST) instanceof SlotHeader known) {
            known.slot.add(where);
        }
    }

    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public void close() {}
}
