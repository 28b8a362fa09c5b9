/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.SteppedClock;
import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.sink.files.Receipts;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.TopicChanges;
import io.penstock.sink.kafka.TopicChanges.Placed;
import io.penstock.spec.JobSpec;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.mongo.Stores;
import io.penstock.window.Manifest;
import io.penstock.window.Receipt;
import io.penstock.window.Receipt.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job with files, Kafka and a metadata store, which dies with a transaction open: what its receipts say of the topic is what is there. */
class ReceiptsITCase {
    private static final int SECONDS = 10;
    private static final int KEYS = 60;
    private static final String TOPIC = "changes";

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private final SteppedClock clock = ServerClock.steppedFrom(1_700_000_005);
    private DevServer server;
    private MongoClient client;
    private KafkaBroker broker;
    private MixedWriter writer;
    private JobRecord record;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = DevServer.builder().clock(clock).start();
        client = MongoClients.create(server.uri());
        broker = KafkaBroker.start(folder.resolve("kafka"));
        writer = new MixedWriter(client, "shop", "orders", 5);
        record = JobRecord.first(
                "receipts",
                new Start("1".repeat(32), Optional.empty(), "name: receipts\n", Optional.empty()),
                new Author("process 7 on quay", "2026-11-23T03:00:00Z"));
        try (MetadataStore store = MetadataStore.open(MetadataOptions.of(spec()).orElseThrow())) {
            store.records().write(Optional.empty(), record);
        }
    }

    @AfterEach
    void stop() {
        broker.close();
        client.close();
        server.close();
    }

    @Test
    void everyMessageOfASealedWindowIsInOneReceiptAndWhatWasAbortedIsInNone() throws Exception {
        writer.fill(KEYS);
        JobClient job = submit(null);
        int aborted;
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> sealed().size() > 1 || tick());
            for (int step = 0; step < 12; step++) {
                step();
            }
            // Dies with messages in the log that no checkpoint holds; again, should a checkpoint have been faster.
            do {
                await().atMost(Duration.ofMinutes(2)).until(() -> {
                    step();
                    return TopicChanges.unseen(broker, TOPIC) > 0;
                });
                job.cancel().get(60, TimeUnit.SECONDS);
                aborted = TopicChanges.unseen(broker, TOPIC);
                job = submit(latestCheckpoint());
            } while (aborted == 0);
            for (int step = 0; step < 12; step++) {
                step();
            }
            long last = Math.floorDiv(clock.millis(), SECONDS * 1000L);
            await().atMost(Duration.ofMinutes(3)).until(() -> lastSealed() >= last || tick());
            // Nothing more is sealed now, for time stands still.
            await().atMost(Duration.ofMinutes(2)).untilAsserted(this::assertStoreHasWhatIsBesideTheFiles);
        } finally {
            job.cancel().get(60, TimeUnit.SECONDS);
        }
        assertReceipts();
    }

    private void assertReceipts() throws IOException {
        List<Placed> messages = TopicChanges.placed(broker, TOPIC);
        Set<Placed> told = new HashSet<>();
        int ofWindows = 0;
        long before = Long.MIN_VALUE;
        for (Found found : Manifests.find(folder.resolve("export").toString())) {
            Manifest manifest =
                    Manifest.read(Files.readAllBytes(Path.of(found.path().getPath())));
            long changes = manifest.changes().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            boolean isWindow = manifest.kind().equals("window");
            for (org.apache.flink.core.fs.Path path : Receipts.of(found)) {
                Receipt receipt = Receipt.read(Files.readAllBytes(Path.of(path.getPath())));
                assertThat(receipt.manifestHash()).isEqualTo(manifest.manifestHash());
                for (Range range : receipt.ranges()) {
                    long from = isWindow ? manifest.window() : before + 1;
                    List<Placed> placed = messages.stream()
                            .filter(message -> message.partition() == range.partition()
                                    && message.offset() >= range.first()
                                    && message.offset() <= range.last()
                                    && message.change().window() >= from
                                    && message.change().window() <= manifest.window())
                            .toList();
                    // Two writers' transactions may lie in each other's range: each is told apart by its number of rows
                    // only.
                    assertThat((long) placed.size()).isGreaterThanOrEqualTo(range.rows());
                    assertThat(placed.get(0).offset()).isEqualTo(range.first());
                    assertThat(placed.get(placed.size() - 1).offset()).isEqualTo(range.last());
                    assertThat(range.transactionalId() != null || !isWindow).isTrue();
                    told.addAll(placed);
                }
                if (isWindow) {
                    ofWindows++;
                    assertThat(receipt.rows()).as(path.toString()).isEqualTo(changes);
                }
            }
            if (isWindow && Receipts.of(found).isEmpty()) {
                assertThat(changes).isZero();
            }
            before = manifest.window();
        }
        long last = before;
        List<Placed> ofSealed = messages.stream()
                .filter(message -> message.change().window() <= last)
                .toList();
        assertThat(told).containsExactlyInAnyOrderElementsOf(ofSealed);
        assertThat(rows()).isEqualTo(ofSealed.size());
        assertThat(ofWindows).isGreaterThan(3);
    }

    private void assertStoreHasWhatIsBesideTheFiles() throws IOException {
        String export = folder.resolve("export").toString();
        try (MetadataStore store = MetadataStore.open(MetadataOptions.of(spec()).orElseThrow())) {
            assertThat(texts(Stores.receipts(store)))
                    .isNotEmpty()
                    .isEqualTo(read(Receipts.beside(Manifests.find(export)).stream()
                            .map(Receipts.Of::manifest)
                            .toList()));
            assertThat(texts(Stores.roots(store))).isNotEmpty().isEqualTo(read(Manifests.roots(export)));
        }
    }

    private static Set<String> texts(List<? extends MetadataEntry> entries) {
        return entries.stream()
                .map(entry -> new String(entry.json(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }

    private static Set<String> read(List<Found> files) throws IOException {
        Set<String> texts = new HashSet<>();
        for (Found file : files) {
            texts.add(Files.readString(Path.of(file.path().getPath())));
        }
        return texts;
    }

    private long rows() throws IOException {
        long rows = 0;
        for (Found found : Manifests.find(folder.resolve("export").toString())) {
            for (org.apache.flink.core.fs.Path path : Receipts.of(found)) {
                rows += Receipt.read(Files.readAllBytes(Path.of(path.getPath())))
                        .rows();
            }
        }
        return rows;
    }

    private void step() {
        clock.step(2);
        for (int i = 0; i < 5; i++) {
            writer.write(KEYS);
        }
    }

    /** Time goes on at the source. False: what was waited for is not yet there. */
    private boolean tick() {
        clock.step(1);
        client.getDatabase("stage").getCollection("tick").insertOne(new Document());
        return false;
    }

    private List<Found> sealed() throws IOException {
        return Manifests.find(folder.resolve("export").toString());
    }

    private long lastSealed() throws IOException {
        return sealed().stream().mapToLong(Found::window).max().orElse(Long.MIN_VALUE);
    }

    private String latestCheckpoint() throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve("state/checkpoints"))) {
            return paths.filter(path -> path.endsWith("_metadata"))
                    .max(Comparator.comparingLong(ReceiptsITCase::number))
                    .orElseThrow()
                    .getParent()
                    .toUri()
                    .toString();
        }
    }

    private static long number(Path metadata) {
        String name = metadata.getParent().getFileName().toString();
        return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }

    private JobSpec spec() {
        String yaml =
                """
                name: receipts
                source:
                  uri: %s
                  collections: [shop.orders]
                  snapshot: {max-documents-per-split: 20}
                sinks:
                  - {type: files, path: %s}
                  - {type: kafka, bootstrap-servers: "%s", topic: %s, format: bson, partitions: 2}
                windows: {every: %d s}
                metadata: {uri: "%s"}
                pipeline: {parallelism: 2, checkpoint-interval: 2 s, state-dir: %s}
                """
                        .formatted(
                                server.uri(),
                                folder.resolve("export"),
                                broker.bootstrapServers(),
                                TOPIC,
                                SECONDS,
                                server.uri(),
                                folder.resolve("state"));
        return JobSpec.parse("job.yaml", yaml, Map.<String, String>of()::get);
    }

    private JobClient submit(String checkpoint) throws Exception {
        Configuration configuration = new Configuration();
        if (checkpoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        JobSpec spec = spec();
        PenstockJob.build(env, spec, Life.of(spec, record));
        return env.executeAsync();
    }
}
