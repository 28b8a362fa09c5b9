/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ValidationOptions;
import io.penstock.devserver.DevServer;
import io.penstock.record.DeadLetter;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.DeadLetterTargets;
import io.penstock.sink.jdbc.JdbcPreflight;
import io.penstock.sink.jdbc.Postgres;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.TopicReader;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job with one sink of each kind, and among a thousand documents one that none of the targets takes, each for a reason of its own: 999
 * arrive, and there is one letter a sink. Then the targets are mended, and the letters replayed.
 */
class DeadLettersITCase {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int DOCUMENTS = 1_000;
    private static final int POISON = 500;
    private static final String TOPIC = "orders";

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    private Path folder;

    @Test
    void whatNoTargetTakesIsSetAsideAndComesOnceTheyAreMended() throws Exception {
        try (Postgres postgres = Postgres.start();
                DevServer source = DevServer.start();
                DevServer copy = DevServer.start();
                KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"));
                Admin kafka = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                MongoClient from = MongoClients.create(source.uri());
                MongoClient to = MongoClients.create(copy.uri())) {
            JobSpec spec = spec(source, postgres, copy, broker);
            forbid(postgres, (JdbcSinkSpec) spec.sinks().get(0));
            to.getDatabase("shop")
                    .createCollection(
                            "orders",
                            new CreateCollectionOptions()
                                    .validationOptions(new ValidationOptions().validator(Filters.ne("mark", "bad"))));
            kafka.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1).configs(Map.of("max.message.bytes", "4000"))))
                    .all()
                    .get();
            from.getDatabase("shop").getCollection("orders").insertMany(documents());
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
            PenstockJob.build(env, spec, Life.withoutRecord());
            JobClient job = env.executeAsync();
            try (LetterStore letters = DeadLetterTargets.open(spec)) {
                await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                                states(letters))
                        .isEqualTo(Map.of("jdbc", "OPEN 1", "kafka", "OPEN 1", "lake", "OPEN 1", "mongodb", "OPEN 1")));
                await().atMost(LIMIT).untilAsserted(() -> assertArrived(DOCUMENTS - 1, postgres, to, broker));
                assertLetters(letters, from);

                postgres.run("alter table orders drop constraint no_poison");
                to.getDatabase("shop")
                        .runCommand(new Document("collMod", "orders").append("validator", new Document()));
                kafka.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("max.message.bytes", "1000000"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
                for (LetterEntry letter : letters.list(LetterFilter.ALL)) {
                    letters.request(letter.id());
                }
                await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                    Map<String, String> states = states(letters);
                    if (states.get("kafka").startsWith("OPEN")) {
                        // The sink looks at a topic's limits every few seconds.
                        letters.request(ofSink("kafka", letters).id());
                    }
                    assertThat(states.get("kafka")).startsWith("REPLAYED");
                    states.remove("kafka");
                    assertThat(states)
                            .isEqualTo(Map.of("jdbc", "REPLAYED 1", "lake", "OPEN 2", "mongodb", "REPLAYED 1"));
                });
                await().atMost(LIMIT).untilAsserted(() -> assertArrived(DOCUMENTS, postgres, to, broker));
                await().atMost(LIMIT).untilAsserted(this::assertManifestsAndReceiptsSayWhatIsMissing);
                assertNewerOnesWin(letters, from);
            } finally {
                job.cancel().get();
            }
        }
    }

    private JobSpec spec(DevServer source, Postgres postgres, DevServer copy, KafkaBroker broker) {
        String yaml =
                """
                name: poison
                source: {uri: "%s", collections: [shop.orders]}
                sinks:
                  - type: jdbc
                    url: "%s"
                    columns: [{name: id, path: _id, type: text}, {name: mark, type: text}]
                  - {type: mongodb, uri: "%s"}
                  - {type: kafka, bootstrap-servers: "%s", topic: %s, format: json}
                  - type: files
                    name: lake
                    path: %s
                    format: parquet
                    columns: [{collection: shop.orders, columns: [{name: odd, type: int}]}]
                    unfit: dead-letter
                windows: {every: 1 s}
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: %s}
                """
                        .formatted(
                                source.uri(),
                                postgres.url(),
                                copy.uri(),
                                broker.bootstrapServers(),
                                TOPIC,
                                folder.resolve("lake"),
                                folder.resolve("state"));
        return JobSpec.parse("poison.yaml", yaml, Map.<String, String>of()::get);
    }

    private static List<Document> documents() {
        List<Document> documents = new ArrayList<>();
        for (int n = 0; n < DOCUMENTS; n++) {
            documents.add(new Document("_id", n).append("mark", "good").append("odd", n));
        }
        documents.set(
                POISON,
                new Document("_id", POISON)
                        .append("mark", "bad")
                        .append("odd", "a text")
                        .append("big", "x".repeat(10_000)));
        return documents;
    }

    private static void forbid(Postgres postgres, JdbcSinkSpec spec) throws Exception {
        for (String statement : JdbcPreflight.statements(spec, List.of(new Namespace("shop", "orders")))) {
            postgres.run(statement);
        }
        postgres.run("alter table orders add constraint no_poison check (mark <> 'bad')");
    }

    private static Map<String, String> states(LetterStore letters) throws IOException {
        Map<String, String> states = new TreeMap<>();
        for (LetterEntry letter : letters.list(LetterFilter.ALL)) {
            states.merge(letter.sink(), letter.state() + " " + letter.attempts(), (one, other) -> one + ", " + other);
        }
        return states;
    }

    private static LetterEntry ofSink(String sink, LetterStore letters) throws IOException {
        return letters.list(LetterFilter.ALL).stream()
                .filter(letter -> letter.sink().equals(sink))
                .findFirst()
                .orElseThrow();
    }

    private static void assertLetters(LetterStore letters, MongoClient from) throws IOException {
        BsonDocument original = from.getDatabase("shop")
                .getCollection("orders", RawBsonDocument.class)
                .find(Filters.eq("_id", POISON))
                .first();
        Map<String, String> reasons = new TreeMap<>();
        for (LetterEntry entry : letters.list(LetterFilter.ALL)) {
            DeadLetter letter = letters.read(entry.id()).orElseThrow();
            assertThat(new RawBsonDocument(letter.change().document())).isEqualTo(original);
            reasons.put(letter.sink(), letter.reason() + " " + letter.code());
        }
        assertThat(reasons)
                .isEqualTo(Map.of(
                        "jdbc", "INVALID 23514",
                        "kafka", "TOO_LARGE RecordTooLarge",
                        "lake", "UNMAPPABLE unfit",
                        "mongodb", "INVALID 121"));
    }

    private static void assertArrived(int documents, Postgres postgres, MongoClient to, KafkaBroker broker)
            throws Exception {
        assertThat(postgres.count("public", "orders")).isEqualTo(documents);
        assertThat(to.getDatabase("shop").getCollection("orders").countDocuments())
                .isEqualTo(documents);
        List<TopicReader.Read> messages = TopicReader.committed(broker, TOPIC, KafkaSinkSpec.Format.JSON);
        assertThat(messages).hasSize(documents);
        assertThat(messages.stream().map(TopicReader.Read::key).distinct()).hasSize(documents);
    }

    /** The files sink's is in a manifest, Kafka's in a receipt. */
    private void assertManifestsAndReceiptsSayWhatIsMissing() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("lake"))) {
            Set<String> sinks = all.filter(path -> path.toString().endsWith(".json"))
                    .map(DeadLettersITCase::sinkThatSetAside)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            assertThat(sinks).containsExactlyInAnyOrder("lake", "kafka");
        }
    }

    private static Optional<String> sinkThatSetAside(Path file) {
        try {
            Document json = Document.parse(Files.readString(file));
            Document run = json.get("run", Document.class);
            List<Document> missing = (run == null ? json : run).getList("deadLettered", Document.class);
            return Optional.ofNullable(missing)
                    .map(changes -> run == null
                            ? json.getString("sink")
                            : changes.get(0).getString("sink"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files sink's letter is still open: the document changes to one that fits, and then there is no way back. */
    private static void assertNewerOnesWin(LetterStore letters, MongoClient from) throws IOException {
        from.getDatabase("shop")
                .getCollection("orders")
                .replaceOne(Filters.eq("_id", POISON), new Document("mark", "good").append("odd", 1));
        String id = letters.list(LetterFilter.ALL.in(Set.of(LetterState.OPEN)))
                .get(0)
                .id();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            letters.request(id);
            assertThat(states(letters).get("lake")).startsWith("SUPERSEDED");
        });
    }
}
