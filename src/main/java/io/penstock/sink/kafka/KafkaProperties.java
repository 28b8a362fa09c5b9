/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What Kafka's clients are started with: our defaults, over them the job file's properties with their secrets revealed. Made where
 * the client is made (on the cluster: in the task), never kept in the job graph.
 */
final class KafkaProperties {
    /** The broker's own default for the longest transaction; a longer one would be refused by a broker that nobody configured. */
    static final int TRANSACTION_TIMEOUT_MS = 15 * 60 * 1000;

    /**
     * 32 MiB, the producer's whole buffer, instead of Kafka's 1 MiB: documents have up to 16 MB, and the topic's
     * {@code max.message.bytes} shall be the only limit to think of.
     */
    static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

    /** Between two attempts of one client to reach a broker. */
    private static final String LONGEST_WAIT_MS = "5000";

    private static final Duration LEAST_BLOCK = Duration.ofSeconds(5);
    private static final Duration MOST_COMMIT_BLOCK = Duration.ofSeconds(30);
    private static final long DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

    private static final Map<String, String> NOT_TO_BE_SET = new TreeMap<>(Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            "it is the sink's own key bootstrap-servers",
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "it is made of the sink's transactional-id-prefix",
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            "keys are bytes already",
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            "values are bytes already",
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            "all versions of a document go to one partition, by its key",
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            "all versions of a document go to one partition, by its key",
            "transaction.two.phase.commit.enable",
            "transactions are committed with checkpoints"));

    private KafkaProperties() {}

    /** What is wrong with the names of the job file's properties; empty when all is well. */
    static List<String> problems(KafkaSinkSpec spec) {
        List<String> problems = new ArrayList<>();
        NOT_TO_BE_SET.forEach((name, reason) -> {
            if (spec.properties().containsKey(name)) {
                problems.add("kafka sink '" + spec.name() + "': the property " + name + " cannot be set: " + reason);
            }
        });
        return problems;
    }

    /** For producers, and as far as they know them for other clients. Holds secrets in the clear. */
    static Properties producer(KafkaSinkSpec spec) {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString(TRANSACTION_TIMEOUT_MS));
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
        // A broker that is away is not hammered. Both double from their first value, and are spread by a fifth (Kafka's
        // own).
        properties.setProperty(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, "100");
        properties.setProperty(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_WAIT_MS);
        properties.setProperty(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "100");
        properties.setProperty(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, LONGEST_WAIT_MS);
        spec.properties().forEach((name, value) -> properties.setProperty(name, value.reveal()));
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers());
        return properties;
    }

    /**
     * For the producers that write changes; the job file's interceptors come first. Holds secrets in the clear.
     *
     * @param patience how long a broker that is away is waited for: by a message that was sent, and by whoever sends when the buffer is full
     */
    static Properties writer(KafkaSinkSpec spec, Duration patience) {
        Properties properties = producer(spec);
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(longer(patience, LEAST_BLOCK)));
        // Kafka refuses one that is shorter than a request may take.
        long request = number(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DEFAULT_REQUEST_TIMEOUT_MS)
                + number(properties, ProducerConfig.LINGER_MS_CONFIG, 0)
                + 1_000;
        properties.putIfAbsent(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(longer(patience, Duration.ofMillis(request))));
        properties.merge(
                ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
                AcknowledgedInterceptor.class.getName(),
                (theirs, ours) -> theirs + "," + ours);
        return properties;
    }

    /**
     * For the producers that commit what an earlier attempt wrote. Holds secrets in the clear.
     *
     * @param patience how long commits are repeated; one of them blocks for less
     */
    static Properties committer(KafkaSinkSpec spec, Duration patience) {
        Properties properties = producer(spec);
        Duration half = longer(patience.dividedBy(2), LEAST_BLOCK);
        properties.putIfAbsent(
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                millis(half.compareTo(MOST_COMMIT_BLOCK) < 0 ? half : MOST_COMMIT_BLOCK));
        return properties;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    /** What is no number is for Kafka to refuse. */
    private static long number(Properties properties, String name, long fallback) {
        String text = properties.getProperty(name);
        return text == null || !text.strip().matches("[0-9]{1,9}") ? fallback : Long.parseLong(text.strip());
    }

    /** Those that a client of another kind knows too, hence without warnings. Holds secrets. */
    static Properties only(Set<String> known, KafkaSinkSpec spec) {
        Properties properties = producer(spec);
        properties.keySet().retainAll(known);
        // Consumers know the property too, and other classes by it.
        properties.remove(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
        return properties;
    }

    /** An administration client, to be closed by the caller. */
    static Admin admin(KafkaSinkSpec spec) {
        return Admin.create(only(AdminClientConfig.configNames(), spec));
    }

    /** How long the broker keeps a transaction open, in milliseconds. */
    static long transactionTimeout(Properties producer) {
        return Long.parseLong(producer.getProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    }
}
