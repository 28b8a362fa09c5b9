/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.deadletter.Refusal;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes a change into a Kafka message: topic by collection, key by document, value by format. No partition is named: Kafka's own
 * partitioner takes it from the key's bytes (murmur2), as any other producer of the same keys would. The message's time is the cluster
 * time. Made and used in the writer's task; its fields do not travel.
 *
 * <p>A change that has no message, or one that is too large, is not sent, and {@link #takeRefusal} says so: the connector has no other way to hear of it.
 */
final class ChangeSerializer implements KafkaRecordSerializationSchema<ChangeRecord> {
    private static final long serialVersionUID = 1L;
    private static final String TOO_LARGE = "RecordTooLarge";

    private final transient Topics topics;
    private final transient MessageFormat format;
    private final transient SizeCheck sizes;
    private final transient TooLarge tooLarge;
    private final transient ChangeHeaders headers;
    private final transient Acknowledged acknowledged;
    private transient Refusal refusal;

    ChangeSerializer(
            Topics topics, MessageFormat format, SizeCheck sizes, TooLarge tooLarge, Acknowledged acknowledged) {
        this.topics = topics;
        this.format = format;
        this.sizes = sizes;
        this.tooLarge = tooLarge;
        this.acknowledged = acknowledged;
        this.headers = new ChangeHeaders(acknowledged);
    }

    /** Null when the change is not to be sent: the connector goes on with the next. */
    @Override
    public ProducerRecord<byte[], byte[]> serialize(ChangeRecord change, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> message = message(change);
        if (message == null) {
            return null;
        }
        String problem = sizes.problem(message);
        if (problem != null) {
            refusal = new Refusal(change, Reason.TOO_LARGE, TOO_LARGE, problem);
            return null;
        }
        tooLarge.saw(message);
        acknowledged.sent(message.headers());
        return message;
    }

    private ProducerRecord<byte[], byte[]> message(ChangeRecord change) {
        String topic = topics.of(change.namespace());
        try {
            return new ProducerRecord<>(
                    topic,
                    null,
                    change.version().timestamp(),
                    format.key(change),
                    format.value(change),
                    headers.of(change));
        } catch (RuntimeException | StackOverflowError e) {
            // Of this document alone: its bytes are damaged, of a type that the format has no form for, or nested too
            // deep.
            refusal = new Refusal(
                    change,
                    Reason.UNMAPPABLE,
                    KafkaFaults.code(e),
                    "it has no message in this format: " + e.getMessage());
            return null;
        }
    }

    /** Why the change that was given last is not sent; null when it is. */
    Refusal takeRefusal() {
        Refusal taken = refusal;
        refusal = null;
        return taken;
    }

    /** The key of a change's message as text, also of one that has none. */
    String key(ChangeRecord change) {
        try {
            return new String(format.key(change), UTF_8);
        } catch (RuntimeException | StackOverflowError e) {
            return change.key().toString();
        }
    }
}
