/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Says which record Kafka found too large. Kafka reports it later and without the record, so the largest record of the transaction is
 * kept in mind: when any is too large, that one is. Used in the writer's task thread.
 */
final class TooLarge {
    private static final long PATIENCE_SECONDS = 10;
    private static final int KEY_CHARACTERS = 500;

    private final KafkaSinkSpec spec;
    private final String maxRequestSize;

    private long largest;
    private String topic;
    private byte[] key;

    TooLarge(KafkaSinkSpec spec, Properties producer) {
        this.spec = spec;
        this.maxRequestSize = producer.getProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
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
        return new IOException(
                "a change of " + largest + " bytes is too large for Kafka: topic " + topic + ", key " + keyText()
                        + ". Limits: the producer's max.request.size is " + maxRequestSize + ", the topic's "
                        + topicLimit()
                        + ". Raise the one that is smaller (kafka-configs.sh --alter --entity-type topics --entity-name "
                        + topic + " --add-config " + TopicConfig.MAX_MESSAGE_BYTES_CONFIG
                        + "=N; max.request.size and buffer.memory under the sink's properties), or set compression.type.",
                failure);
    }

    private String keyText() {
        String text = new String(key, StandardCharsets.UTF_8);
        return text.length() <= KEY_CHARACTERS ? text : text.substring(0, KEY_CHARACTERS) + "…";
    }

    /** Its effective value is the broker's {@code message.max.bytes} where the topic has none of its own. */
    private String topicLimit() {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = KafkaProperties.admin(spec)) {
            ConfigEntry limit = admin.describeConfigs(List.of(resource))
                    .values()
                    .get(resource)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            boolean own = limit.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
            return limit.name() + " is " + limit.value() + (own ? "" : ", taken from the broker's message.max.bytes");
        } catch (ExecutionException | TimeoutException e) {
            return TopicConfig.MAX_MESSAGE_BYTES_CONFIG + " is unknown (" + e + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return TopicConfig.MAX_MESSAGE_BYTES_CONFIG + " is unknown (interrupted)";
        }
    }
}
