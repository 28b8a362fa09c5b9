/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
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

    /** For producers. Holds secrets in the clear. */
    static Properties producer(KafkaSinkSpec spec) {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString(TRANSACTION_TIMEOUT_MS));
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
        spec.properties().forEach((name, value) -> properties.setProperty(name, value.reveal()));
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers());
        return properties;
    }

    /** For the producers that write changes; the job file's interceptors come first. Holds secrets in the clear. */
    static Properties writer(KafkaSinkSpec spec) {
        Properties properties = producer(spec);
        properties.merge(
                ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
                AcknowledgedInterceptor.class.getName(),
                (theirs, ours) -> theirs + "," + ours);
        return properties;
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
