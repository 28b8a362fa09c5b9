/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoNamespace;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.source.SnapshotSplit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes the savepoints of this version that every later one must restore. No test: it runs only when it is asked for, by
 *
 * <pre>mvn test -Dtest=WriteFixtures -Dpenstock.write-fixtures=NAME -Dsurefire.failIfNoSpecifiedTests=false</pre>
 *
 * where the name is that of the version, and of a folder that does not exist yet. See {@code docs/state.md}.
 */
class WriteFixtures {
    private static final String JOB =
            """
            name: fixture
            source:
              uri: ${SOURCE}
              collections: [shop.orders, shop.customers, shop.old, shop.came]
              snapshot:
                max-documents-per-split: 150
                max-documents-per-second: ${RATE:-0}
                adaptive: false
            reconcile:
              mode: %s
            sinks:
              - type: files
                path: ${FOLDER}/export
            %spipeline:
              parallelism: ${PARALLELISM:-2}
              max-parallelism: ${MAX_PARALLELISM:-1024}
              checkpoint-interval: ${EVERY:-500 ms}
              state-dir: ${FOLDER}/state
            """;

    private static final String KAFKA =
            """
              - type: kafka
                bootstrap-servers: ${KAFKA}
                topic: changes
                format: bson
            """;

    @TempDir
    private Path temporary;

    private TestCluster cluster;
    private SavepointFixture fixture;
    private FixtureSource source;
    private JobID job;

    @BeforeEach
    void start() throws Exception {
        Configuration configuration = new Configuration();
        // Small state stays in the savepoint's one file.
        configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
        // Little is in flight, so that a floor can be stopped in its middle.
        configuration.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"));
        configuration.set(NettyShuffleEnvironmentOptions.NETWORK_EXTRA_BUFFERS_PER_GATE, 1);
        cluster = TestCluster.start(configuration, 2);
        fixture = SavepointFixture.in(temporary);
        source = FixtureSource.fresh(fixture.source());
    }

    @AfterEach
    void stop() throws Exception {
        source.close();
        cluster.close();
    }

    private void submit(String yaml, int rate, String kafka) throws Exception {
        Files.writeString(fixture.folder().resolve("job.yaml"), yaml);
        Map<String, String> variables = new HashMap<>(Map.of(
                "SOURCE",
                source.uri(),
                "FOLDER",
                fixture.folder().toString(),
                "RATE",
                Integer.toString(rate),
                "EVERY",
                "1 h"));
        variables.put("KAFKA", kafka);
        job = cluster.submit(yaml, variables, null);
    }

    /** In the middle of the snapshot: a split in each reader, more to come, changes of rows that were read and of others. */
    @ParameterizedTest
    @CsvSource({"images, CANONICAL", "images, NATIVE", "versions, CANONICAL", "versions, NATIVE"})
    void snapshot(String mode, SavepointFormatType format) throws Exception {
        source.fill("orders", 300);
        source.fill("customers", 60);
        submit(JOB.formatted(mode, ""), 6, null);
        awaitChanges(150);
        source.tick();
        source.update("orders", 1, 50, 120, 140, 290, 299);
        source.update("orders", 299);
        source.delete("orders", 2, 60, 145, 295);
        source.transaction("orders", 61, 298);
        source.insert("orders", 60, 1000);
        source.update("customers", 5);
        awaitChanges(205);
        source.tick();
        source.update("orders", 1, 130, 299, 1000);
        source.delete("orders", 3, 1000);
        settle();

        SavepointView view = save(format);
        assertThat(view.begun()).isNotEmpty();
        assertThat(view.enumerator().open()).isNotEmpty();
        assertThat(view.enumerator().ranges().size() + view.enumerator().ready().size())
                .isPositive();
        assertThat(view.enumerator().passes()).hasSize(1);
        assertThat(view.stream().position().clusterTime()).isEqualTo(source.time());
        keep("snapshot-" + mode, format);
    }

    /** Long after the snapshot, while a dropped collection is being deleted: its floor has come to some of the cells. */
    @ParameterizedTest
    @CsvSource({"images, CANONICAL", "images, NATIVE", "versions, CANONICAL", "versions, NATIVE"})
    void stream(String mode, SavepointFormatType format) throws Exception {
        source.fill("orders", 40);
        source.collection("orders")
                .insertOne(new Document("_id", "dotted").append("inner", new Document("a.b", 1).append("c", 0)));
        source.fill("old", 30);
        submit(JOB.formatted(mode, ""), 0, null);
        awaitChanges(71);
        endPass();
        source.delete("orders", 1, 2);
        source.insert("orders", 2, 50);
        source.transaction("orders", 3, 4);
        source.update("old", 7);
        awaitChanges(80);
        source.update("orders", 5, 50);
        source.delete("orders", 6);
        settle();
        source.tick();
        // The update is ambiguous: waiting for this document holds up the deletion of the other collection in its
        // middle.
        source.blockNextFind(8_000);
        source.collection("orders")
                .updateOne(new Document("_id", "dotted"), new Document("$set", new Document("inner.c", 1)));
        source.collection("old").drop();
        settle();

        SavepointView view = save(format);
        assertThat(view.enumerator().passes()).isEmpty();
        assertThat(view.stream().sweep()).as("the floor under way").isNotNull();
        assertThat(view.stream().sweep().nextCell()).isBetween(1, 4_000);
        keep("stream-" + mode, format);
    }

    /**
     * A collection was renamed in and is being read, with changes of rows that were not read yet. Larger than the others: the floor of what
     * had the name before is in every cell.
     */
    @Test
    void renamed() throws Exception {
        source.fill("orders", 40);
        source.fill("incoming", 250);
        submit(JOB.formatted("images", ""), 20, null);
        awaitChanges(40);
        endPass();
        source.update("incoming", 3);
        source.collection("incoming").renameCollection(new MongoNamespace("shop.came"));
        awaitChanges(40 + 101);
        source.tick();
        source.update("came", 1, 230, 249, 249);
        source.delete("came", 2, 248);
        source.insert("came", 248, 300);
        settle();

        SavepointView view = save(SavepointFormatType.CANONICAL);
        assertThat(view.begun())
                .extracting(SnapshotSplit::namespace)
                .allMatch(namespace -> namespace.toString().equals("shop.came"))
                .isNotEmpty();
        assertThat(view.enumerator().passes()).hasSize(1);
        assertThat(view.enumerator().taken()).hasSize(1);
        keep("renamed-images", SavepointFormatType.CANONICAL);
    }

    /**
     * With Kafka, and nothing in flight: a transaction that waits for its commit belongs to one broker and is lost without it, so that a
     * savepoint that holds one can never be restored beside a new broker.
     */
    @Test
    void kafka() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(temporary.resolve("kafka"))) {
            source.fill("orders", 40);
            source.fill("customers", 10);
            submit(JOB.formatted("images", KAFKA), 0, broker.bootstrapServers());
            awaitChanges(50);
            endPass();
            source.delete("orders", 1, 2);
            source.insert("orders", 2, 50);
            source.transaction("orders", 3, 4);
            awaitChanges(61);
            settle();
            assertThat(save(SavepointFormatType.NATIVE).enumerator().passes()).isEmpty();
            keep("kafka-images", SavepointFormatType.NATIVE);
        }
    }

    private void awaitChanges(int atLeast) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> cluster.checkpoint(job) > 0
                        && Files.exists(fixture.export())
                        && ExportView.of(fixture.export()).changes() >= atLeast);
    }

    /** The stream goes on, and checkpoints complete, until the watermark may pass the snapshot. */
    private void endPass() throws Exception {
        for (int i = 0; i < 4; i++) {
            source.tick();
            source.update("orders", 0);
            settle();
            cluster.checkpoint(job);
        }
    }

    /** Until the job has read what was written; what is saved then is looked at afterwards. */
    private static void settle() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1_200);
    }

    /** Native as the job is paused, by a stop that commits; canonical while it runs, so that files are pending. */
    private SavepointView save(SavepointFormatType format) throws Exception {
        Path savepoints = fixture.folder().resolve("state/savepoints");
        String saved = format == SavepointFormatType.NATIVE
                ? cluster.stop(job, savepoints, format)
                : cluster.savepoint(job, savepoints, format);
        cluster.cancel(job);
        Files.move(Path.of(URI.create(saved)), fixture.savepoint());
        return fixture.view();
    }

    /** Packs what was found to hold what it is kept for. */
    private void keep(String scene, SavepointFormatType format) throws IOException {
        String version = System.getProperty("penstock.write-fixtures");
        assertThat(version).as("-Dpenstock.write-fixtures=NAME").isNotBlank();
        String name = scene + (format == SavepointFormatType.NATIVE ? "-native-stopped" : "-canonical-running");
        Path zip = SavepointFixture.ROOT.resolve(version).resolve(name + ".zip");
        assertThat(zip).as("what is kept is never written again").doesNotExist();
        source.close();
        fixture.pack(zip);
    }
}
