/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Namespace;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.PipelineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Looks for what would keep the Kafka sink from working, before anything runs. It creates no topic and writes no message; the only
 * trace that it leaves on the broker is one transactional id, the sink's prefix and {@code -preflight}.
 */
public final class KafkaPreflight {
    /** What a transaction must outlive besides a checkpoint: that a failed job is running again. */
    private static final Duration RESTART = Duration.ofMinutes(2);

    private static final String PATIENCE_MS = "10000";
    private static final String BROKERS_LONGEST = "transaction.max.timeout.ms";

    private final KafkaSinkSpec spec;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private KafkaPreflight(KafkaSinkSpec spec) {
        this.spec = spec;
    }

    /**
     * What was found; each text is a sentence or two for the user, and none holds a secret.
     *
     * @param problems what cannot work: the job must not start
     * @param warnings what may surprise later
     */
    public record Report(List<String> problems, List<String> warnings) {}

    /**
     * Checks a sink against its broker. Takes up to a minute when nothing answers.
     *
     * @param pipeline for how long a transaction is open
     * @param namespaces the collections that are known to be exported, to check their topics
     */
    public static Report check(KafkaSinkSpec spec, PipelineSpec pipeline, Collection<Namespace> namespaces) {
        KafkaPreflight preflight = new KafkaPreflight(spec);
        preflight.problems.addAll(KafkaProperties.problems(spec));
        if (preflight.problems.isEmpty()) {
            preflight.run(pipeline.checkpointInterval().plus(pipeline.checkpointTimeout()), namespaces);
        }
        return new Report(List.copyOf(preflight.problems), List.copyOf(preflight.warnings));
    }

    private void run(Duration checkpoint, Collection<Namespace> namespaces) {
        Properties producer = KafkaProperties.producer(spec);
        Properties administration = KafkaProperties.only(AdminClientConfig.configNames(), spec);
        administration.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        administration.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        administration.setProperty(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, "5000");
        try (Admin admin = Admin.create(administration)) {
            List<Node> nodes = List.copyOf(admin.describeCluster().nodes().get());
            checkTimeouts(producer, checkpoint, brokersLongest(admin, nodes.get(0)));
            new TopicPreflight(spec, admin, problems, warnings).check(namespaces);
            if (problems.isEmpty()) {
                tryTransaction(producer);
            }
        } catch (ExecutionException e) {
            problem("cannot reach a broker at " + spec.bootstrapServers() + ": " + said(e));
        } catch (KafkaException e) {
            problem("cannot make a client for " + spec.bootstrapServers() + ": " + said(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem("was interrupted");
        }
    }

    /** The broker's limit in milliseconds; the largest number when it may not be read. */
    private long brokersLongest(Admin admin, Node node) throws InterruptedException {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
        try {
            ConfigEntry entry = admin.describeConfigs(List.of(broker))
                    .all()
                    .get()
                    .get(broker)
                    .get(BROKERS_LONGEST);
            return entry == null || entry.value() == null ? Long.MAX_VALUE : Long.parseLong(entry.value());
        } catch (ExecutionException e) {
            warning("cannot read the broker's " + BROKERS_LONGEST + " (" + said(e) + "); tried instead");
            return Long.MAX_VALUE;
        }
    }

    private void checkTimeouts(Properties producer, Duration checkpoint, long longest) {
        Duration transaction = Duration.ofMillis(KafkaProperties.transactionTimeout(producer));
        String found = ProducerConfig.TRANSACTION_TIMEOUT_CONFIG + " is " + transaction.toMillis() + " ms";
        if (transaction.toMillis() > longest) {
            problem(found + ", the broker's " + BROKERS_LONGEST + " " + longest
                    + " ms: lower the one under the sink's properties, or raise the broker's");
        }
        if (transaction.compareTo(checkpoint) <= 0) {
            problem(
                    found + ", but a transaction may be open for " + checkpoint.toMillis()
                            + " ms (checkpoint-interval and checkpoint-timeout): the broker would abort it, and its changes would be lost");
        } else if (transaction.compareTo(checkpoint.plus(RESTART)) < 0) {
            warning(found + ", and a checkpoint may take " + checkpoint.toMillis()
                    + " ms of it: that leaves too little time to restart a failed job before its changes are lost");
        }
    }

    /** The one thing that shows whether the login may write in transactions, and whether their time-out is taken. */
    private void tryTransaction(Properties properties) {
        Properties producer = new Properties();
        producer.putAll(properties);
        producer.setProperty(ProducerConfig.TRANSACTIONAL_ID_CONFIG, spec.transactionalIdPrefix() + "-preflight");
        producer.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        try (var probe = new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())) {
            probe.initTransactions();
        } catch (AuthorizationException e) {
            problem("the login may not write in transactions: " + said(e)
                    + ". It needs WRITE and DESCRIBE on transactional ids with the prefix "
                    + spec.transactionalIdPrefix());
        } catch (KafkaException e) {
            problem("cannot begin transactions: " + said(e));
        }
    }

    private void problem(String text) {
        problems.add("kafka sink '" + spec.name() + "': " + text);
    }

    private void warning(String text) {
        warnings.add("kafka sink '" + spec.name() + "': " + text);
    }

    /** The innermost reason: what lies around it says "failed" in other words. */
    static String said(Throwable failure) {
        Throwable reason = ExceptionUtils.stripExecutionException(failure);
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason.getMessage() == null ? reason.toString() : reason.getMessage();
    }
}
