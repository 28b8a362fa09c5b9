/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.KafkaChangeSink;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of one partition, beside a producer that sends the same messages in transactions of a second. */
final class KafkaComparison implements Comparison {
    /** All of them would not fit in memory; the producer sends these over and over. */
    private static final int MOST_KEPT = 20_000;

    private static final long TRANSACTION = 1_000_000_000;
    private static final Duration LONGEST_READ = Duration.ofMinutes(2);

    private final String format;
    private final KafkaBroker broker;
    private final Admin admin;
    private final List<ConsumerRecord<byte[], byte[]>> kept = new ArrayList<>();
    private long count;
    private int topics;

    KafkaComparison(String format, Path folder) throws IOException {
        this.format = format;
        // What is deleted shall not lie on the disk for a minute.
        broker = KafkaBroker.start(folder.resolve("broker"), Map.of("log.segment.delete.delay.ms", "1000"));
        admin = broker.admin();
    }

    private String topic() {
        return "bench-" + topics;
    }

    @Override
    public String section() {
        return "{type: kafka, bootstrap-servers: \"%s\", topic: %s, format: %s}"
                .formatted(broker.bootstrapServers(), topic(), format);
    }

    @Override
    public void attach(DataStream<ChangeRecord> changes, JobSpec spec) {
        KafkaChangeSink.from(
                        (KafkaSinkSpec) spec.sinks().get(0),
                        Fence.none(),
                        DeadLetterPolicy.NONE,
                        Duration.ofMinutes(10))
                .write(changes, "kafka");
    }

    @Override
    public void clear() throws Exception {
        if (topics > 0) {
            admin.deleteTopics(List.of(topic())).all().get();
        }
        topics++;
        admin.createTopics(List.of(new NewTopic(topic(), 1, (short) 1))).all().get();
    }

    @Override
    public long visible() throws Exception {
        long[] messages = {0};
        read(message -> messages[0]++);
        return messages[0];
    }

    @Override
    public long keep() throws Exception {
        kept.clear();
        long[] bytes = {0};
        count = 0;
        read(message -> {
            bytes[0] += size(message);
            if (count++ < MOST_KEPT) {
                kept.add(message);
            }
        });
        return bytes[0];
    }

    private static long size(ConsumerRecord<byte[], byte[]> message) {
        long bytes = (long) message.serializedKeySize() + message.serializedValueSize();
        for (Header header : message.headers()) {
            bytes += header.key().length() + header.value().length;
        }
        return bytes;
    }

    /** Up to what is there, committed or not: a reader of committed messages gets as far a moment after the commit. */
    private void read(Consumer<ConsumerRecord<byte[], byte[]>> messages) throws Exception {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            long start = System.nanoTime();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(messages);
                if (System.nanoTime() - start > LONGEST_READ.toNanos()) {
                    throw new IllegalStateException("a reader of committed messages gets to "
                            + consumer.position(partition) + " of " + end + " offsets of " + topic());
                }
            }
        }
    }

    @Override
    public Map<String, Client> clients() {
        return Map.of("producer", this::write);
    }

    private long write() throws Exception {
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>(kept.size());
        for (ConsumerRecord<byte[], byte[]> each : kept) {
            messages.add(
                    new ProducerRecord<>(topic(), null, each.timestamp(), each.key(), each.value(), each.headers()));
        }
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "bench-producer");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            long start = System.nanoTime();
            long begun = start;
            producer.beginTransaction();
            for (long i = 0; i < count; i++) {
                producer.send(messages.get((int) (i % messages.size())));
                if (System.nanoTime() - begun > TRANSACTION) {
                    producer.commitTransaction();
                    producer.beginTransaction();
                    begun = System.nanoTime();
                }
            }
            producer.commitTransaction();
            return System.nanoTime() - start;
        }
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
