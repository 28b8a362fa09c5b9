/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static io.penstock.sink.kafka.Changes.CITIES;
import static io.penstock.sink.kafka.Changes.bson;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.DeadLetter;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Refused;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.MemoryLetters;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes that no topic takes, among others, in jobs that are allowed no restart. */
class KafkaDeadLettersITCase {
    private static final int CHANGES = 1_000;
    private static final int POISON = 500;
    private static final String LIMIT = "20000";

    private static final MemoryLetters LETTERS = new MemoryLetters();
    private static final List<Delivery> DELIVERED = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    static Path directory;

    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(directory);
        admin = broker.admin();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void clear() {
        LETTERS.letters.clear();
        LETTERS.replayed.clear();
        LETTERS.superseded.clear();
        DELIVERED.clear();
    }

    @ParameterizedTest
    @CsvSource({
        "plain, max.message.bytes, none",
        "zstd, max.message.bytes, zstd",
        "gzip, max.message.bytes, gzip",
        "request, max.request.size, none"
    })
    void oneOfAThousandIsSetAsideAndTheOthersArrive(String topic, String limit, String compression) throws Exception {
        boolean ofTopic = limit.equals("max.message.bytes");
        create(topic, ofTopic ? Map.of(limit, LIMIT) : Map.of());
        KafkaSinkSpec spec = ofTopic
                ? spec(topic, "compression.type", compression)
                : spec(topic, limit, LIMIT, "compression.type", compression);
        ChangeRecord poison = large(POISON, noise(30_000));
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            changes.add(i == POISON ? poison : Changes.nth(i, CHANGES));
        }
        if (!compression.equals("none")) {
            // Larger than the limit, and compressed small enough.
            changes.set(600, large(600, "x".repeat(60_000)));
        }
        export(spec, changes);

        assertThat(Messages.committed(broker, topic))
                .hasSize(CHANGES - 1)
                .extracting(Messages::key)
                .doesNotContain("{\"_id\":" + POISON + "}");
        assertThat(LETTERS.letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.change()).usingRecursiveComparison().isEqualTo(poison);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.TOO_LARGE);
            assertThat(letter.code()).isEqualTo("RecordTooLarge");
            assertThat(letter.message())
                    .contains("topic " + topic + ", key {\"_id\":500}")
                    .contains(limit + " is " + LIMIT)
                    .contains("kafka-configs.sh");
        });
        assertThat(refused()).extracting(Refused::key).containsExactly("{\"_id\":500}");
        assertThat(placed()).isEqualTo(CHANGES - 1);
    }

    @Test
    void aTopicThatTakesLessThanABatchOfTheProducerSetsNothingElseAside() throws Exception {
        create("small", Map.of("max.message.bytes", "3000"));
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            changes.add(i == POISON ? large(i, noise(3_000)) : Changes.nth(i, CHANGES));
        }
        export(spec("small", "linger.ms", "50"), changes);
        assertThat(Messages.committed(broker, "small")).hasSize(CHANGES - 1);
        assertThat(LETTERS.letters).hasSize(1);
    }

    @Test
    void aCheckpointMayHaveNothingButLetters() throws Exception {
        create("letters", Map.of("max.message.bytes", LIMIT));
        ChangeRecord poison = large(1, noise(30_000));
        export(spec("letters"), List.of(poison));

        assertThat(Messages.all(broker, "letters")).isEmpty();
        assertThat(LETTERS.letters).hasSize(1);
        assertThat(refused()).singleElement().satisfies(change -> assertThat(change.window())
                .isEqualTo(poison.window()));
    }

    @Test
    void aReplayArrivesOnceTheLimitIsRaisedAndIsRefusedAgainBefore() throws Exception {
        create("replayed", Map.of("max.message.bytes", LIMIT));
        export(spec("replayed"), List.of(large(1, noise(30_000)), Changes.nth(2, 5)));
        DeadLetter letter = LETTERS.letters.values().iterator().next();
        ChangeRecord replay = letter.change().with(new Replay("kafka", letter.id(), letter.attempts(), false));
        DELIVERED.clear();

        export(spec("replayed"), List.of(replay));
        assertThat(LETTERS.letters.values()).singleElement().satisfies(again -> assertThat(again.attempts())
                .isEqualTo(2));
        assertThat(LETTERS.replayed).isEmpty();

        raise("replayed");
        export(spec("replayed"), List.of(replay));
        assertThat(LETTERS.replayed).containsExactly(letter.id());
        assertThat(Messages.committed(broker, "replayed"))
                .extracting(Messages::key)
                .containsExactlyInAnyOrder("{\"_id\":1}", "{\"_id\":2}");
        assertThat(DELIVERED).as("its window was sealed without it").isEmpty();
    }

    @Test
    void aReplayThatWasSupersededIsNotedOnly() throws Exception {
        create("superseded", Map.of());
        ChangeRecord change = Changes.nth(1, 5);
        export(spec("superseded"), List.of(change.with(new Replay("kafka", "0a", 1, true))));
        assertThat(LETTERS.superseded).containsExactly("0a");
        assertThat(Messages.all(broker, "superseded")).isEmpty();
    }

    private static ChangeRecord large(int n, String text) {
        return Changes.change(
                Op.CREATE, CITIES, Changes.version(n), bson("{_id: " + n + ", text: '" + text + "'}"), null);
    }

    /** Text that compresses to no less than three quarters. */
    private static String noise(int characters) {
        byte[] bytes = new byte[characters];
        new Random(characters).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).substring(0, characters);
    }

    private static KafkaSinkSpec spec(String topic, String... properties) {
        return Specs.spec(broker, topic, Format.BSON, 1, properties);
    }

    private static void export(KafkaSinkSpec spec, List<ChangeRecord> changes) throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        env.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        DataStream<Delivery> delivered = Jobs.sink(
                env.fromData(changes, ChangeRecord.TYPE), spec, new DeadLetterPolicy(() -> LETTERS, 10, 0.01));
        delivered
                .map(delivery -> {
                    DELIVERED.add(delivery);
                    return delivery;
                })
                .returns(Delivery.TYPE)
                .sinkTo(new DiscardingSink<>());
        env.execute();
    }

    private static List<Refused> refused() {
        return DELIVERED.stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .toList();
    }

    private static long placed() {
        return DELIVERED.stream()
                .filter(Delivery.Placed.class::isInstance)
                .mapToLong(delivery -> ((Delivery.Placed) delivery).rows())
                .sum();
    }

    private static void create(String topic, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                .all()
                .get();
    }

    private static void raise(String topic) throws Exception {
        AlterConfigOp raised =
                new AlterConfigOp(new ConfigEntry("max.message.bytes", "1000000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(raised)))
                .all()
                .get();
    }
}
