/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Namespace;
import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topic a collection's changes go to. A topic that is met for the first time and does not exist is created. One instance a
 * writer, used in its task's thread only.
 */
final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private final KafkaSinkSpec spec;
    private final Consumer<String> ensure;
    private final Map<Namespace, String> topics = new HashMap<>();
    private final Map<String, Namespace> firstOf = new HashMap<>();

    /**
     * @param ensure makes sure that a topic exists; called once a topic
     */
    Topics(KafkaSinkSpec spec, Consumer<String> ensure) {
        this.spec = spec;
        this.ensure = ensure;
    }

    /** The topic of a collection, which exists when this returns. */
    String of(Namespace namespace) {
        String topic = topics.get(namespace);
        return topic != null ? topic : meet(namespace);
    }

    private String meet(Namespace namespace) {
        String topic = name(spec, namespace);
        Namespace first = firstOf.putIfAbsent(topic, namespace);
        if (first == null) {
            ensure.accept(topic);
        } else {
            LOG.warn(
                    "Topic {} holds {} and {}: documents with equal _id have equal message keys, so it must not be compacted."
                            + " A topic of \"${namespace}\" would keep them apart.",
                    topic,
                    first,
                    namespace);
        }
        topics.put(namespace, topic);
        return topic;
    }

    /** The topic of a collection, legal for Kafka. */
    static String name(KafkaSinkSpec spec, Namespace namespace) {
        return TopicNames.legal(spec.topicFor(namespace.database(), namespace.collection()));
    }

    /**
     * Makes sure, with an administration client of its own, that a topic exists. Runs in the writer's task thread, once a topic.
     *
     * @throws IOException when it can neither be seen nor created; says why
     */
    static void ensure(KafkaSinkSpec spec, String topic) throws IOException {
        try (Admin admin = KafkaProperties.admin(spec)) {
            create(admin, spec, topic);
        } catch (ExecutionException e) {
            throw new IOException(
                    "cannot use or create topic " + topic + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while creating topic " + topic);
        }
    }

    /**
     * Creates a topic unless it exists, with the spec's partitions and replicas or the broker's defaults.
     *
     * @return whether it was created here
     * @throws ExecutionException as Kafka's administration answers, e.g. for a missing privilege
     */
    static boolean create(Admin admin, KafkaSinkSpec spec, String topic)
            throws ExecutionException, InterruptedException {
        if (exists(admin, topic)) {
            return false;
        }
        try {
            admin.createTopics(List.of(wanted(spec, topic))).all().get();
            LOG.info("Created topic {}", topic);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // Another subtask was faster.
            }
            throw e;
        }
    }

    /** The topic as it would be created. */
    static NewTopic wanted(KafkaSinkSpec spec, String topic) {
        return new NewTopic(
                topic,
                spec.partitions() == 0 ? Optional.empty() : Optional.of(spec.partitions()),
                spec.replicationFactor() == 0 ? Optional.empty() : Optional.of((short) spec.replicationFactor()));
    }

    /** Asked first, because a login may be allowed to write but not to create. */
    static boolean exists(Admin admin, String topic) throws ExecutionException, InterruptedException {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }
}
