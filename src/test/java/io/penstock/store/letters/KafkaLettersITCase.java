/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.LetterEvent.Replayed;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.spec.DeadLettersSpec;
import io.penstock.store.LetterStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaLettersITCase extends LettersConformance {
    private static KafkaBroker broker;
    private static int topics;
    private String topic;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        broker = KafkaBroker.start(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void name() {
        topic = "letters-" + topics++;
    }

    @Override
    LetterStore open() throws Exception {
        return KafkaLetters.open(spec(), JOB);
    }

    private DeadLettersSpec spec() {
        return new DeadLettersSpec(
                DeadLettersSpec.Type.KAFKA, null, broker.bootstrapServers(), topic, Map.of(), 1000, 1);
    }

    /** The keys of all messages, in their order; of tombstones with a minus in front. */
    private List<String> messages() {
        List<String> keys = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(message -> keys.add((message.value() == null ? "-" : "")
                                + new String(message.key(), StandardCharsets.UTF_8)));
            }
        }
        return keys;
    }

    @Test
    void aPlainReaderMeetsEachStateOnceHoweverOftenItIsSettled() throws Exception {
        String id = refused(0).id();
        for (int life = 0; life < 2; life++) {
            try (LetterStore letters = open()) {
                letters.settle(refused(0, 1));
                letters.settle(refused(0, 1));
                letters.settle(List.of(new Replayed(id)));
            }
        }
        try (LetterStore letters = open()) {
            letters.purge(id);
        }
        assertThat(messages()).containsExactly(id + "/0", id, id, "-" + id, "-" + id + "/0");
    }

    @Test
    void whatAKilledWriterLeftIsCompletedAndNotWrittenTwice() throws Exception {
        byte[] change = ChangeBytes.of(change(0));
        try (LetterTopic half = LetterTopic.open(spec())) {
            half.write(Map.of(refused(0).id() + "/0", change));
        }
        try (LetterStore letters = open()) {
            assertThat(letters.open("orders")).isZero();
            letters.settle(refused(0, 1));
            assertSame(letters.read(refused(0).id()).orElseThrow(), refused(0).letter());
        }
        assertThat(messages())
                .containsExactly(refused(0).id() + "/0", refused(0).id());
    }

    @Test
    void aTopicOfSomebodyElseMayHavePartitionsAndMustBeCompacted() throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(3), Optional.empty())))
                    .all()
                    .get();
            assertThatThrownBy(this::open)
                    .hasMessageContaining("topic " + topic + " has cleanup.policy delete")
                    .hasMessageContaining("set it to compact");
            topic = topic + "-compacted";
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(3), Optional.empty())
                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        try (LetterStore letters = open()) {
            letters.settle(refused(0, 10));
            assertThat(letters.open("orders")).isEqualTo(10);
            assertSame(letters.read(refused(9).id()).orElseThrow(), refused(9).letter());
        }
    }

    @Test
    void theTopicIsCreatedCompacted() throws Exception {
        try (LetterStore letters = open();
                Admin admin = broker.admin()) {
            assertThat(letters.open("orders")).isZero();
            assertThat(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions())
                    .hasSize(1);
        }
    }
}
