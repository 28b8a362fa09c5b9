/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Namespace;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks the topics that known collections go to: there, or to be had, and fit for what comes. */
final class TopicPreflight {
    /** The largest document of MongoDB; a message of it is larger still. */
    private static final long LARGEST_DOCUMENT = 16L * 1024 * 1024;

    private final KafkaSinkSpec spec;
    private final Admin admin;
    private final List<String> problems;
    private final List<String> warnings;

    TopicPreflight(KafkaSinkSpec spec, Admin admin, List<String> problems, List<String> warnings) {
        this.spec = spec;
        this.admin = admin;
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(Collection<Namespace> namespaces) throws InterruptedException {
        Map<String, Set<Namespace>> topics = new TreeMap<>();
        for (Namespace namespace : namespaces) {
            topics.computeIfAbsent(Topics.name(spec, namespace), name -> new TreeSet<>())
                    .add(namespace);
        }
        for (Map.Entry<String, Set<Namespace>> topic : topics.entrySet()) {
            checkTopic(topic.getKey());
            if (topic.getValue().size() > 1 && spec.format() == Format.JSON) {
                warning(
                        "topic " + topic.getKey() + " takes " + topic.getValue()
                                + ": documents with equal _id have equal message keys, so a tombstone of one collection deletes the"
                                + " other's document for whoever goes by the key. A topic of \"${namespace}\" keeps them apart");
            }
        }
    }

    private void checkTopic(String topic) throws InterruptedException {
        try {
            TopicDescription found = admin.describeTopics(
                            List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .get(topic);
            checkPresent(found);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                checkAbsent(topic);
            } else {
                problem("cannot see topic " + topic + ": " + KafkaPreflight.said(e)
                        + " The login needs DESCRIBE, WRITE and READ on it");
            }
        }
    }

    private void checkPresent(TopicDescription topic) throws InterruptedException {
        int partitions = topic.partitions().size();
        if (spec.partitions() != 0 && spec.partitions() != partitions) {
            warning("topic " + topic.name() + " has " + partitions + " partitions, the job file says "
                    + spec.partitions() + ": it stays as it is");
        }
        Set<AclOperation> allowed = topic.authorizedOperations();
        if (allowed != null && !allowed.contains(AclOperation.WRITE)) {
            problem("the login may not write to topic " + topic.name() + ": it needs WRITE and DESCRIBE on it");
        }
        if (allowed != null && !allowed.contains(AclOperation.READ)) {
            problem("the login may not read topic " + topic.name()
                    + ": it needs READ on it, since a restarted job looks there whether a transaction was committed");
        }
        checkSettings(topic.name());
    }

    private void checkSettings(String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config settings =
                    admin.describeConfigs(List.of(resource)).all().get().get(resource);
            String limit = settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
            if (Long.parseLong(limit) < LARGEST_DOCUMENT) {
                warning("topic " + topic + " takes messages of up to " + limit
                        + " bytes (max.message.bytes): a change that is larger, compressed, fails the job");
            }
            boolean compacted = settings.get(TopicConfig.CLEANUP_POLICY_CONFIG)
                    .value()
                    .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
            if (compacted && spec.format() != Format.JSON) {
                warning("topic " + topic + " is compacted, and format " + spelt(spec.format())
                        + " has no tombstones: deleted documents stay in it for ever. Format json has them");
            }
        } catch (ExecutionException e) {
            warning("cannot read the settings of topic " + topic + ": " + KafkaPreflight.said(e));
        }
    }

    private void checkAbsent(String topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(Topics.wanted(spec, topic)), new CreateTopicsOptions().validateOnly(true))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            problem("topic " + topic + " does not exist and cannot be created: " + KafkaPreflight.said(e));
        }
    }

    private static String spelt(Format format) {
        return format.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void problem(String text) {
        problems.add("kafka sink '" + spec.name() + "': " + text);
    }

    private void warning(String text) {
        warnings.add("kafka sink '" + spec.name() + "': " + text);
    }
}
