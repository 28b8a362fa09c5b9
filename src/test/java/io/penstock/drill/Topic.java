/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.ExportView;
import io.penstock.sink.ChangeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic of a real broker in a process of its own, read by a consumer that sees committed transactions only. */
final class Topic implements Export, AutoCloseable {
    private static final int PARTITIONS = 2;

    private final Broker broker;
    private final Map<String, String> properties;
    private final ExportView view = new ExportView();
    private KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param broker closed with this
     * @param properties of the sink's producer, beside those that it needs for large records
     */
    Topic(Broker broker, Map<String, String> properties) {
        this.broker = broker;
        this.properties = properties;
    }

    static Topic start(Path folder) throws IOException {
        return new Topic(Broker.start(folder), Map.of());
    }

    @Override
    public String sink() {
        return sink(broker.servers());
    }

    /** For a job that reaches the broker another way. */
    String sink(String servers) {
        Map<String, String> all = new TreeMap<>(Map.of(
                "max.request.size", Integer.toString(Broker.RECORD_LIMIT),
                "buffer.memory", Long.toString(2L * Broker.RECORD_LIMIT),
                "linger.ms", "5"));
        all.putAll(properties);
        String listed = all.entrySet().stream()
                .map(entry -> entry.getKey() + ": \"" + entry.getValue() + '"')
                .collect(Collectors.joining(", "));
        return "{type: kafka, bootstrap-servers: \"" + servers
                + "\", topic: \"${collection}\", format: bson, partitions: " + PARTITIONS + ", properties: {"
                + listed + "}}";
    }

    @Override
    public ExportView read() throws IOException {
        if (consumer == null && !open()) {
            return view;
        }
        List<TopicPartition> partitions = List.copyOf(consumer.assignment());
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::add);
        }
        return view;
    }

    private void add(ConsumerRecord<byte[], byte[]> message) {
        // One commit for all: the order within a partition is the order of commit.
        view.add(ChangeDecoder.bson(message.value()), 0, "partition-" + message.partition(), (int) message.offset());
    }

    private boolean open() throws IOException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
            if (!admin.listTopics().names().get().contains(Source.COLLECTION)) {
                return false;
            }
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.servers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        Broker.RECORD_LIMIT),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Source.COLLECTION).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        if (consumer != null) {
            consumer.close();
        }
        broker.close();
    }
}
