/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.SteppedClock;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.sink.files.Manifests;
import io.penstock.spec.JobSpec;
import io.penstock.window.Manifest;
import io.penstock.window.SealScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A scripted history, its cluster times set by the test, exported by several jobs: what they seal is the same, and is the collection. */
class WindowsITCase {
    private static final int SECONDS = 10;
    private static final int KEYS = 150;

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(5)
            .build());

    private final SteppedClock clock = ServerClock.steppedFrom(1_700_000_005);
    private final List<JobClient> jobs = new ArrayList<>();
    private DevServer server;
    private MongoClient client;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        server = DevServer.builder().clock(clock).start();
        client = MongoClients.create(server.uri());
    }

    @AfterEach
    void stop() throws Exception {
        for (JobClient job : jobs) {
            if (!job.getJobStatus().get().isGloballyTerminalState()) {
                job.cancel().get(60, TimeUnit.SECONDS);
            }
        }
        client.close();
        server.close();
    }

    /**
     * Timeline, in steps of two seconds of cluster time: job "one" begins at parallelism 1, "moved" at 4; a collection is created at step
     * 10, another renamed in at step 25; "moved" is stopped with a savepoint at step 30 and goes on at 2; a collection is dropped at step
     * 45; 60 steps in all, twelve windows.
     */
    @Test
    void parallelismAndRestartsDoNotShowInWhatIsSealed() throws Exception {
        MixedWriter writer = new MixedWriter(client, "shop", "orders", 11);
        writer.fill(KEYS);
        jobs.add(submit("one", 1, null));
        JobClient moved = submit("moved", 4, null);
        jobs.add(moved);
        awaitExport("one", "moved");
        for (int step = 1; step <= 60; step++) {
            clock.step(2);
            for (int i = 0; i < 5; i++) {
                writer.write(KEYS);
            }
            change("late", step > 10 && step < 45, step);
            if (step == 25) {
                client.getDatabase("stage").getCollection("in").insertOne(new Document("_id", 1).append("a", step));
                client.getDatabase("stage")
                        .getCollection("in")
                        .renameCollection(new com.mongodb.MongoNamespace("shop", "renamed"));
            }
            if (step == 30) {
                String savepoint = await().atMost(Duration.ofMinutes(1))
                        .ignoreExceptions()
                        .until(
                                () -> moved.stopWithSavepoint(
                                                false,
                                                folder.resolve("savepoint")
                                                        .toUri()
                                                        .toString(),
                                                SavepointFormatType.NATIVE)
                                        .get(60, TimeUnit.SECONDS),
                                path -> true);
                jobs.add(submit("moved", 2, savepoint));
            }
            if (step == 45) {
                client.getDatabase("shop").getCollection("late").drop();
            }
        }
        long last = Math.floorDiv(clock.millis(), SECONDS * 1000L);
        Namespace orders = new Namespace("shop", "orders");
        for (String job : List.of("one", "moved")) {
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        tick();
                        return sealed(job).containsKey(orders + " " + last);
                    });
            Manifest manifest = sealed(job).get(orders + " " + last);
            assertThat(SealScene.digestOf(manifest)).as(job).isEqualTo(SealScene.digestOf(orders, documents("orders")));
            assertThat(sealed(job).get("shop.late " + last).documents()).isZero();
            assertThat(sealed(job).get("shop.renamed " + last).documents()).isEqualTo(1);
        }
        assertThat(assertEqualBehindBaselines("one", "moved")).isGreaterThan(20);
        assertThat(namedFiles("moved")).as("each file is in one manifest").doesNotHaveDuplicates();
    }

    @Test
    void aJobThatEndsWithItsSnapshotSealsOneManifest() throws Exception {
        new MixedWriter(client, "shop", "orders", 12).fill(KEYS);
        JobClient job = submit("snapshot", 2, null);
        jobs.add(job);
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            tick();
            return job.getJobStatus().get().isGloballyTerminalState();
        });
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FINISHED);

        Map<String, Manifest> sealed = sealed("snapshot");
        assertThat(sealed).hasSize(1);
        Manifest manifest = sealed.values().iterator().next();
        assertThat(manifest.kind()).isEqualTo("snapshot");
        assertThat(SealScene.digestOf(manifest))
                .isEqualTo(SealScene.digestOf(new Namespace("shop", "orders"), documents("orders")));
        assertThat(namedFiles("snapshot")).isNotEmpty().allSatisfy(path -> assertThat(
                        folder.resolve("snapshot").resolve(path))
                .exists());
    }

    /** Time goes on at the source: a pass is over when the stream has passed the time of its last read. */
    private void tick() {
        clock.step(1);
        client.getDatabase("stage").getCollection("tick").insertOne(new Document());
    }

    private void change(String collection, boolean exists, int step) {
        if (exists) {
            client.getDatabase("shop")
                    .getCollection(collection)
                    .insertOne(new Document("_id", step).append("at", step));
        }
    }

    private JobClient submit(String name, int parallelism, String savepoint) throws Exception {
        String yaml =
                """
                name: %s
                source:
                  uri: %s
                  collections: ['/shop\\..*/']
                  snapshot: {max-documents-per-split: 40}
                  startup: {mode: %s}
                sinks:
                  - {type: files, path: %s}
                windows: {every: %d s}
                pipeline: {parallelism: %d, checkpoint-interval: 400 ms, state-dir: %s}
                """
                        .formatted(
                                name,
                                server.uri(),
                                name.equals("snapshot") ? "snapshot-only" : "initial",
                                folder.resolve(name),
                                SECONDS,
                                parallelism,
                                folder.resolve("state-" + name));
        Configuration configuration = new Configuration();
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        JobSpec spec = JobSpec.parse("job.yaml", yaml, Map.<String, String>of()::get);
        PenstockJob.build(env, spec, Life.withoutRecord());
        return env.executeAsync();
    }

    private void awaitExport(String... names) {
        for (String name : names) {
            await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(folder.resolve(name)));
        }
    }

    private Map<Key, byte[]> documents(String collection) {
        Map<Key, byte[]> documents = new HashMap<>();
        MongoCollection<RawBsonDocument> raw =
                client.getDatabase("shop").getCollection(collection, RawBsonDocument.class);
        for (RawBsonDocument document : raw.find()) {
            java.nio.ByteBuffer bytes = document.getByteBuffer().asNIO();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            documents.put(Key.of(copy), copy);
        }
        return documents;
    }

    private Map<String, Manifest> sealed(String name) throws IOException {
        Map<String, Manifest> sealed = new TreeMap<>();
        for (Manifests.Found found : Manifests.find(folder.resolve(name).toString())) {
            assertThat(found.generation()).isEqualTo(1);
            for (Manifest manifest : Manifest.all(Manifests.read(found).bytes())) {
                sealed.put(manifest.namespace() + " " + manifest.window(), manifest);
            }
        }
        return sealed;
    }

    private List<String> namedFiles(String name) throws IOException {
        return sealed(name).values().stream()
                .flatMap(manifest -> manifest.files().stream())
                .map(Manifest.DataFile::path)
                .toList();
    }

    /** How many windows were compared. */
    private int assertEqualBehindBaselines(String one, String other) throws IOException {
        Map<String, Manifest> first = sealed(one);
        Map<String, Manifest> second = sealed(other);
        Map<String, Long> from = new HashMap<>();
        for (Map<String, Manifest> run : List.of(first, second)) {
            run.values().stream()
                    .filter(manifest -> manifest.kind().equals("baseline"))
                    .forEach(manifest -> from.merge(manifest.namespace(), manifest.window(), Math::max));
        }
        Set<String> common = new TreeSet<>(first.keySet());
        common.retainAll(second.keySet());
        Set<String> compared = common.stream()
                .filter(key -> first.get(key).window()
                        > from.getOrDefault(first.get(key).namespace(), Long.MIN_VALUE))
                .collect(Collectors.toCollection(TreeSet::new));
        for (String key : compared) {
            assertThat(second.get(key).contentHash())
                    .as(key)
                    .isEqualTo(first.get(key).contentHash());
        }
        assertThat(compared.stream().map(key -> first.get(key).namespace()).collect(Collectors.toSet()))
                .contains("shop.orders", "shop.late", "shop.renamed");
        return compared.size();
    }
}
