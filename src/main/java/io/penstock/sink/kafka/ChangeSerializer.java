/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes a change into a Kafka message: topic by collection, key by document, value by format. No partition is named: Kafka's own
 * partitioner takes it from the key's bytes (murmur2), as any other producer of the same keys would. The message's time is the cluster
 * time. Made and used in the writer's task; its fields do not travel.
 */
final class ChangeSerializer implements KafkaRecordSerializationSchema<ChangeRecord> {
    private static final long serialVersionUID = 1L;

    private final transient Topics topics;
    private final transient MessageFormat format;
    private final transient TooLarge tooLarge;
    private final transient ChangeHeaders headers;

    ChangeSerializer(Topics topics, MessageFormat format, TooLarge tooLarge, Acknowledged acknowledged) {
        this.topics = topics;
        this.format = format;
        this.tooLarge = tooLarge;
        this.headers = new ChangeHeaders(acknowledged);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(ChangeRecord change, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topics.of(change.namespace()),
                null,
                change.version().timestamp(),
                format.key(change),
                format.value(change),
                headers.of(change));
        tooLarge.saw(message);
        return message;
    }
}
