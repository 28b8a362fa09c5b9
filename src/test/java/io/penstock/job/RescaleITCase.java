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
import io.penstock.devserver.ServerVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job at one parallelism after the other, in the middle of the snapshot and behind it, while documents are written: splits that
 * are half read, ends that were not acknowledged and the stream come to other readers, and nothing is lost, doubled or late. A
 * late row fails the job, and a job that fails is not started again here.
 */
class RescaleITCase {
    private static final int DOCUMENTS = 5_000;

    /** Documents a second: the snapshot lasts for four minutes, on whatever machine. */
    private static final int SLOW = 20;

    private static final int UNLIMITED = 0;
    private static final String JOB =
            """
            name: rescaled
            source:
              uri: ${SOURCE}
              collections: [shop.orders]
              snapshot: {max-documents-per-split: 1000, max-documents-per-second: ${RATE}, adaptive: false}
            sinks:
              - {type: files, path: %1$s/export}
            pipeline:
              parallelism: ${PARALLELISM}
              checkpoint-interval: 300 ms
              state-dir: %1$s/state
              restart: {attempts: 0}
            """;

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private TestCluster cluster;
    private ExecutorService writing;
    private volatile boolean isWritten;

    @BeforeEach
    void start() {
        server = DevServer.builder().serverVersion(ServerVersion.V6_0).start();
        client = MongoClients.create(server.uri());
        writing = Executors.newSingleThreadExecutor();
    }

    @AfterEach
    void stop() throws Exception {
        isWritten = true;
        writing.shutdownNow();
        if (cluster != null) {
            cluster.close();
        }
        client.close();
        server.close();
    }

    private JobID submit(int parallelism, int rate, String savepoint) throws Exception {
        return cluster.submit(
                JOB.formatted(folder),
                Map.of(
                        "SOURCE",
                        server.uri(),
                        "PARALLELISM",
                        Integer.toString(parallelism),
                        "RATE",
                        Integer.toString(rate)),
                savepoint);
    }

    /** Fills the collection, and writes to it until {@link #isWritten}. */
    private Future<?> write(int seed, int pauseMillis) {
        MixedWriter writer = new MixedWriter(client, "shop", "orders", seed);
        writer.fill(DOCUMENTS);
        return writing.submit(() -> {
            while (!isWritten) {
                writer.write(DOCUMENTS + DOCUMENTS / 10);
                Thread.sleep(pauseMillis);
            }
            return null;
        });
    }

    @Test
    void savepointsAreGoneOnFromAtAnyParallelism() throws Exception {
        cluster = TestCluster.start(new Configuration(), 4);
        Future<?> writer = write(1, 5);
        JobID job = submit(1, SLOW, null);
        awaitMore(job, 101);
        for (int next : List.of(4, 2)) {
            String savepoint = stop(job);
            assertThat(view(savepoint).enumerator().open())
                    .as("in the middle of the snapshot")
                    .isNotEmpty();
            job = submit(next, SLOW, savepoint);
            awaitMore(job, 30);
        }
        job = submit(4, UNLIMITED, stop(job));
        awaitSnapshot(job);
        for (int next : List.of(1, 4, 2)) {
            job = submit(next, UNLIMITED, stop(job));
            awaitMore(job, 50);
        }
        isWritten = true;
        writer.get();
        assertThat(equalInTheEnd(job).changes()).isGreaterThan(DOCUMENTS);
    }

    @Test
    void theAdaptiveSchedulerRescalesInPlaceWithRecordsInFlight() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Adaptive);
        configuration.set(JobManagerOptions.SCHEDULER_SCALING_INTERVAL_MIN, Duration.ZERO);
        configuration.set(JobManagerOptions.RESOURCE_STABILIZATION_TIMEOUT, Duration.ofMillis(10));
        configuration.set(ExecutionCheckpointingOptions.ENABLE_UNALIGNED, true);
        configuration.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"));
        cluster = TestCluster.start(configuration, 4);
        Future<?> writer = write(2, 2);
        slowLookups(20);
        JobID job = submit(1, SLOW, null);
        awaitMore(job, 101);
        for (int next : List.of(4, 2)) {
            awaitInFlight(job);
            cluster.rescale(job, next);
            awaitMore(job, 30);
        }
        String savepoint = stop(job);
        assertThat(view(savepoint).enumerator().passes())
                .as("in the middle of the snapshot")
                .isNotEmpty();
        job = submit(2, UNLIMITED, savepoint);
        awaitSnapshot(job);
        for (int next : List.of(1, 4, 2)) {
            awaitInFlight(job);
            cluster.rescale(job, next);
            awaitMore(job, 30);
        }
        isWritten = true;
        writer.get();
        slowLookups(0);
        assertThat(equalInTheEnd(job).changes()).isGreaterThan(DOCUMENTS);
    }

    /** Documents with names that make deltas ambiguous are looked up: a slow answer holds up the records behind them. */
    private void slowLookups(int millis) {
        client.getDatabase("admin")
                .runCommand(new Document("configureFailPoint", "failCommand")
                        .append("mode", millis > 0 ? "alwaysOn" : "off")
                        .append(
                                "data",
                                new Document("failCommands", List.of("find"))
                                        .append("blockConnection", true)
                                        .append("blockTimeMS", millis)));
    }

    private void awaitInFlight(JobID job) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.inFlight(job) > 0);
    }

    /** Waits for so many changes more than are exported now. */
    private void awaitMore(JobID job, int changes) throws IOException {
        int before = Files.exists(folder.resolve("export"))
                ? ExportView.of(folder.resolve("export")).changes()
                : 0;
        awaitChanges(job, before + changes);
    }

    private void awaitChanges(JobID job, int atLeast) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(100))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    assertThat(folder.resolve("export")).exists();
                    assertThat(ExportView.of(folder.resolve("export")).changes())
                            .isGreaterThanOrEqualTo(atLeast);
                });
    }

    private void awaitSnapshot(JobID job) {
        awaitChanges(job, DOCUMENTS + 200);
    }

    private String stop(JobID job) throws Exception {
        return cluster.stop(job, folder.resolve("savepoints"), SavepointFormatType.NATIVE);
    }

    private static SavepointView view(String savepoint) throws IOException {
        try (InputStream in =
                Files.newInputStream(Path.of(URI.create(savepoint)).resolve("_metadata"))) {
            return SavepointView.of(in, savepoint);
        }
    }

    private ExportView equalInTheEnd(JobID job) throws Exception {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(300))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    assertThat(ExportView.of(folder.resolve("export"))
                                    .differences(client.getDatabase("shop")
                                            .getCollection("orders", RawBsonDocument.class)
                                            .find()))
                            .isEmpty();
                });
        ExportView view = ExportView.of(folder.resolve("export"));
        assertThat(view.doubled()).as("doubled").isZero();
        assertThat(view.backwards()).as("backwards").isZero();
        return view;
    }
}
