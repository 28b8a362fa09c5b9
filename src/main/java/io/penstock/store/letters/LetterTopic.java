/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.spec.DeadLettersSpec;
import io.penstock.store.Patience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A compacted topic, read to its end again and again, and written so that it is durable. */
final class LetterTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Without a message that should be there. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final DeadLettersSpec spec;
    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], byte[]> follower;
    private KafkaConsumer<byte[], byte[]> reader;
    private KafkaProducer<byte[], byte[]> producer;

    /** Where a message is. */
    record Place(int partition, long offset) {}

    private interface Call<T> {
        T now() throws ExecutionException, InterruptedException, IOException;
    }

    private LetterTopic(DeadLettersSpec spec, int partitions) {
        this.spec = spec;
        this.follower = consumer(500);
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(spec.topic(), number))
                .toList();
        follower.assign(this.partitions);
        follower.seekToBeginning(this.partitions);
    }

    /** Creates it unless it is there, with one partition and the broker's default of replicas. */
    static LetterTopic open(DeadLettersSpec spec) throws IOException {
        return call(spec, "open", () -> {
            try (Admin admin = Admin.create(properties(spec, AdminClientConfig.configNames()))) {
                int partitions = partitions(admin, spec.topic());
                if (partitions == 0) {
                    create(admin, spec.topic());
                    // A broker may hear of it a moment later than the one that made it.
                    for (long begun = System.nanoTime();
                            partitions == 0 && System.nanoTime() - begun < PATIENCE.toNanos(); ) {
                        Patience.pause(POLL);
                        partitions = partitions(admin, spec.topic());
                    }
                }
                if (partitions == 0) {
                    throw new IOException("it was created, and is not to be seen");
                }
                requireCompacted(admin, spec.topic());
                return new LetterTopic(spec, partitions);
            }
        });
    }

    /** 0 when there is no such topic. */
    private static int partitions(Admin admin, String topic) throws ExecutionException, InterruptedException {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    private static void create(Admin admin, String topic) throws ExecutionException, InterruptedException {
        NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Letters are kept until they are purged. */
    private static void requireCompacted(Admin admin, String topic)
            throws ExecutionException, InterruptedException, IOException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        String policy;
        try {
            policy = admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                    .value();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
                return; // who may not see the settings has to know them
            }
            throw e;
        }
        if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw new IOException(
                    "topic " + topic + " has cleanup.policy " + policy
                            + ", and would lose dead letters after a while: set it to compact, or name another in dead-letters.topic");
        }
    }

    /** Hands out what came since it was last called: all messages up to the present end of the topic, each partition in its order. */
    void readOn(Consumer<ConsumerRecord<byte[], byte[]>> message) throws IOException {
        call(spec, "read", () -> {
            Map<TopicPartition, Long> ends = follower.endOffsets(partitions);
            long heard = System.nanoTime();
            while (partitions.stream().anyMatch(each -> follower.position(each) < ends.get(each))) {
                for (ConsumerRecord<byte[], byte[]> each : follower.poll(POLL)) {
                    message.accept(each);
                    heard = System.nanoTime();
                }
                if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw new IOException("its end did not come for " + PATIENCE.toSeconds() + " s");
                }
            }
            return null;
        });
    }

    /** The value of a message; null when it is not there any more. */
    byte[] read(Place place) throws IOException {
        return place == null
                ? null
                : call(spec, "read", () -> {
                    if (reader == null) {
                        reader = consumer(1);
                    }
                    TopicPartition partition = new TopicPartition(spec.topic(), place.partition());
                    reader.assign(List.of(partition));
                    reader.seek(partition, place.offset());
                    long begun = System.nanoTime();
                    while (System.nanoTime() - begun < PATIENCE.toNanos()) {
                        for (ConsumerRecord<byte[], byte[]> each : reader.poll(POLL)) {
                            return each.offset() == place.offset() ? each.value() : null;
                        }
                        if (reader.position(partition) > place.offset()) {
                            return null;
                        }
                    }
                    throw new IOException("the message " + place + " did not come for " + PATIENCE.toSeconds() + " s");
                });
    }

    /** Writes messages in their order, null for a tombstone; all replicas have them when it returns. */
    void write(Map<String, byte[]> messages) throws IOException {
        call(spec, "write to", () -> {
            if (producer == null) {
                producer = producer();
            }
            List<Future<?>> sent = new ArrayList<>();
            messages.forEach((key, value) ->
                    sent.add(producer.send(new ProducerRecord<>(spec.topic(), key.getBytes(UTF_8), value))));
            producer.flush();
            for (Future<?> each : sent) {
                each.get();
            }
            return null;
        });
    }

    private KafkaConsumer<byte[], byte[]> consumer(int atOnce) {
        Properties properties = properties(spec, ConsumerConfig.configNames());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(atOnce));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties properties = properties(spec, ProducerConfig.configNames());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The job file's, of those that a kind of client knows. Holds secrets. */
    private static Properties properties(DeadLettersSpec spec, Set<String> known) {
        Properties properties = new Properties();
        spec.properties().forEach((name, value) -> properties.setProperty(name, value.reveal()));
        properties.keySet().retainAll(known);
        properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers());
        return properties;
    }

    private static <T> T call(DeadLettersSpec spec, String doing, Call<T> what) throws IOException {
        try {
            return what.now();
        } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted at the topic of dead letters");
        } catch (ExecutionException e) {
            throw failed(spec, doing, e.getCause());
        } catch (KafkaException | IOException e) {
            throw failed(spec, doing, e);
        }
    }

    private static IOException failed(DeadLettersSpec spec, String doing, Throwable cause) {
        return new IOException(
                "cannot " + doing + " the topic of dead letters, " + spec.topic() + " at " + spec.bootstrapServers()
                        + ": " + cause.getMessage(),
                cause);
    }

    @Override
    public void close() {
        for (AutoCloseable each : new AutoCloseable[] {producer, reader, follower}) {
            if (each != null) {
                IOUtils.closeQuietly(each);
            }
        }
    }
}
