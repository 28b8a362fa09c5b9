/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.SteppedClock;
import io.penstock.sink.files.Manifests;
import io.penstock.spec.JobSpec;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.Versioned;
import io.penstock.store.mongo.Stores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job whose metadata store is on a server of its own, which goes away, and which in the end gives the job to another. */
class MetadataITCase {
    private static final Author ANN = new Author("process 7 on quay", "2026-11-23T03:00:00Z");

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private final SteppedClock clock = ServerClock.steppedFrom(1_700_000_005);
    private DevServer source;
    private DevServer keeper;
    private MongoClient client;
    private JobClient job;
    private int written;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        source = DevServer.builder().clock(clock).start();
        keeper = DevServer.builder().dataDirectory(folder.resolve("keeper")).start();
        client = MongoClients.create(source.uri());
    }

    @AfterEach
    void stop() throws Exception {
        keeper.close();
        if (job != null && !job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get(60, TimeUnit.SECONDS);
        }
        client.close();
        source.close();
    }

    /** A second at the source, and a change in it. */
    private void tick() {
        clock.step(1);
        client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", written++));
    }

    private JobSpec spec() {
        String yaml =
                """
                name: orders
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [{type: files, path: "%s"}]
                windows: {every: 2 s}
                metadata: {uri: "%s", lease: 3 s}
                pipeline: {parallelism: 2, checkpoint-interval: 400 ms, state-dir: "%s"}
                """
                        .formatted(source.uri(), export(), keeper.uri(), folder.resolve("state"));
        return JobSpec.parse("job.yaml", yaml, Map.<String, String>of()::get);
    }

    private Path export() {
        return folder.resolve("export");
    }

    private Map<Long, String> besideTheFiles() throws Exception {
        Map<Long, String> found = new TreeMap<>();
        for (Manifests.Found manifest : Manifests.find(export().toString())) {
            found.put(
                    manifest.window(), Files.readString(Path.of(manifest.path().getPath())));
        }
        return found;
    }

    private Map<Long, String> rootsBesideTheFiles() throws Exception {
        Map<Long, String> found = new TreeMap<>();
        for (Manifests.Found root : Manifests.roots(export().toString())) {
            found.put(root.window(), Files.readString(Path.of(root.path().getPath())));
        }
        return found;
    }

    private static Map<Long, String> rootsIn(MetadataStore store) throws Exception {
        Map<Long, String> found = new TreeMap<>();
        for (SealedRoot root : Stores.roots(store)) {
            found.put(root.window(), new String(root.json(), StandardCharsets.UTF_8));
        }
        return found;
    }

    private static Map<Long, String> in(MetadataStore store) throws Exception {
        Map<Long, String> found = new TreeMap<>();
        for (SealedManifest manifest : store.manifests().of(1, "shop.orders")) {
            found.put(manifest.window(), new String(manifest.json(), StandardCharsets.UTF_8));
        }
        return found;
    }

    /** What the latest complete checkpoint holds of the source. */
    private void assertProgress() {
        try (MongoClient reader = MongoClients.create(keeper.uri())) {
            MongoDatabase database = reader.getDatabase("penstock");
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> {
                        tick();
                        Document stream = of(database, "stream");
                        assertThat(stream.get("clusterTime", BsonTimestamp.class)
                                        .getTime())
                                .isGreaterThan(1_700_000_040);
                        assertThat(stream.get("resumeToken", Document.class)).containsKey("_data");
                        Document snapshot = of(database, "snapshot");
                        assertThat(snapshot.getLong("documents")).isPositive();
                        assertThat(snapshot.get("estimatedCompletion")).isNotNull();
                        Document job = database.getCollection("jobs").find().first();
                        assertThat(stream.get("checkpoint"))
                                .isEqualTo(snapshot.get("checkpoint"))
                                .isEqualTo(job.get("reported", Document.class).get("checkpoint"));
                    });
        }
    }

    private static Document of(MongoDatabase database, String split) {
        return database.getCollection("progress")
                .find(new Document("split", split))
                .first();
    }

    @Test
    void manifestsCatchUpWhenTheStoreComesBackAndALostLeaseEndsTheJob() throws Exception {
        tick();
        JobSpec spec = spec();
        MetadataOptions options = MetadataOptions.of(spec).orElseThrow();
        Versioned<JobRecord> record;
        try (MetadataStore store = MetadataStore.open(options)) {
            JobRecord first = JobRecord.first(
                    "orders", new Start("1".repeat(32), Optional.empty(), "name: orders\n", Optional.empty()), ANN);
            record = store.records().write(Optional.empty(), first);
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
            PenstockJob.build(env, spec, Life.of(spec, first));
            job = env.executeAsync();
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        tick();
                        return in(store).size() >= 3;
                    });
        }
        int port = keeper.port();
        keeper.close();
        int before = written;
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    tick();
                    return written > before + 40;
                });
        keeper = DevServer.builder()
                .dataDirectory(folder.resolve("keeper"))
                .port(port)
                .start();
        try (MetadataStore store = MetadataStore.open(options)) {
            int sealed = besideTheFiles().size();
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        tick();
                        return besideTheFiles().size() > sealed + 20;
                    });
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(in(store)).hasSizeGreaterThan(20).isEqualTo(besideTheFiles()));
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() ->
                            assertThat(rootsIn(store)).hasSizeGreaterThan(20).isEqualTo(rootsBesideTheFiles()));
            assertThat(store.leases().read().orElseThrow().attempt().number())
                    .as("the job was not restarted")
                    .isEqualTo(1);

            assertProgress();

            store.records().write(Optional.of(record), record.value().takenOver(ANN));
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> job.getJobStatus().get() == JobStatus.FAILED);
            assertThat(in(store))
                    .as("manifests of the life that was taken over")
                    .isEqualTo(besideTheFiles());
        }
    }
}
