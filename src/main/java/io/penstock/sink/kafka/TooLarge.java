/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Says which record Kafka found too large though it was checked: a topic's limit was lowered meanwhile, or could not be read. Kafka reports it later and
 * without the record, so the largest record of the transaction is kept in mind: when any is too large, that one is. Used in the writer's task thread.
 */
final class TooLarge {
    private static final int KEY_CHARACTERS = 500;

    private final KafkaSinkSpec spec;
    private final MessageSize size;

    private long largest;
    private String topic;
    private byte[] key;

    TooLarge(KafkaSinkSpec spec, MessageSize size) {
        this.spec = spec;
        this.size = size;
    }

    /** Notes a record that is about to be sent. */
    void saw(ProducerRecord<byte[], byte[]> sent) {
        long size = (long) sent.key().length + (sent.value() == null ? 0 : sent.value().length);
        if (size > largest) {
            largest = size;
            topic = sent.topic();
            key = sent.key();
        }
    }

    /** What was noted has arrived. */
    void forget() {
        largest = 0;
        topic = null;
        key = null;
    }

    /** The failure itself, or one that names record and limits when it is about a record's size. */
    IOException explain(IOException failure) {
        if (topic == null
                || ExceptionUtils.findThrowable(failure, RecordTooLargeException.class)
                        .isEmpty()) {
            return failure;
        }
        return new IOException(words(largest, topic, key, size.requestLimit(), topicLimit()), failure);
    }

    /**
     * What a person has to know of a message that is too large.
     *
     * @param requestLimit the producer's limit, as part of a sentence
     */
    static String words(long bytes, String topic, byte[] key, String requestLimit, TopicLimit limit) {
        return "a change of " + bytes + " bytes is too large for Kafka: topic " + topic + ", key " + text(key)
                + ". Limits: the producer's " + requestLimit + ", the topic's " + limit.text()
                + ". Raise the one that is smaller (kafka-configs.sh --alter --entity-type topics --entity-name "
                + topic + " --add-config " + TopicConfig.MAX_MESSAGE_BYTES_CONFIG
                + "=N; max.request.size and buffer.memory under the sink's properties), or set compression.type.";
    }

    private static String text(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        return text.length() <= KEY_CHARACTERS ? text : text.substring(0, KEY_CHARACTERS) + "…";
    }

    private TopicLimit topicLimit() {
        try {
            return TopicLimits.ask(spec, topic);
        } catch (IOException e) {
            return TopicLimit.unknown(e.getMessage());
        }
    }
}
