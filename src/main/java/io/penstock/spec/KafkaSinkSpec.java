/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;
import java.util.Map;

/**
 * Topics of a Kafka cluster, written exactly once by transactions.
 *
 * @param partitions 0 for the broker's default
 * @param replicationFactor 0 for the broker's default
 * @param properties of Kafka's producer, passed through; may hold passwords, hence secrets
 */
@Spelling("kafka")
public record KafkaSinkSpec(
        @Key(
                        value =
                                "The sink's name, unique in the job. Its state is kept under it: renaming a sink makes it a new one.",
                        fallback = "kafka",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
        @Key(
                        value =
                                "Which of `source.collections` it exports: full names, or regular expressions between slashes. By default all.",
                        optional = true,
                        min = "1")
                List<CollectionSelector> collections,
        @Key("Brokers to begin with, as `host:port`, separated by commas.") String bootstrapServers,
        @Key(
                        value =
                                "The topic; `${database}`, `${collection}` and `${namespace}` stand for the document's own.",
                        words = {"database", "collection", "namespace"})
                String topic,
        @Key(
                        value = "`debezium-json`: Debezium's envelope. `json`: the document, null when it is deleted."
                                + " `bson`: the change as one BSON document.",
                        fallback = "debezium-json")
                Format format,
        @Key(
                        value = "Partitions of a topic that the job creates; 0 for the broker's default.",
                        fallback = "0",
                        min = "0",
                        max = "100000")
                int partitions,
        @Key(
                        value = "Replicas of a topic that the job creates; 0 for the broker's default.",
                        fallback = "0",
                        min = "0",
                        max = "32767")
                int replicationFactor,
        @Key(
                        value =
                                "Beginning of the transactional ids: no two jobs on one Kafka cluster may share it, and changing it"
                                        + " loses hold of open transactions. By default `penstock-<job>-<sink>`.",
                        optional = true)
                String transactionalIdPrefix,
        @Key(
                        value =
                                "Properties of Kafka's producer, passed through: `security.protocol`, `sasl.jaas.config`, `compression.type`, …",
                        fallback = "{}")
                Map<String, Secret> properties)
        implements SinkSpec {

    /** How a change is written. */
    public enum Format {
        DEBEZIUM_JSON,
        JSON,
        BSON
    }

    /** The topic for the documents of a collection. */
    public String topicFor(String database, String collection) {
        return topic.replace("${database}", database)
                .replace("${collection}", collection)
                .replace("${namespace}", database + "." + collection);
    }

    KafkaSinkSpec orTransactionalIdPrefix(String other) {
        return transactionalIdPrefix != null
                ? this
                : new KafkaSinkSpec(
                        name,
                        collections,
                        bootstrapServers,
                        topic,
                        format,
                        partitions,
                        replicationFactor,
                        other,
                        properties);
    }
}
