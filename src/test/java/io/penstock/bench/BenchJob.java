/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import io.penstock.job.Life;
import io.penstock.job.PenstockJob;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointConfigOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One job over the bench's collection, in this process, with a files sink whose committed lines are counted as they appear. */
final class BenchJob {
    private final Path folder;
    private final CommittedLines lines;
    private final boolean manifests;
    private final String checkpointInterval;
    private MiniCluster cluster;
    private JobID job;

    BenchJob(Path folder) {
        this(folder, true, "2 s");
    }

    BenchJob(Path folder, boolean manifests, String checkpointInterval) {
        this.manifests = manifests;
        this.checkpointInterval = checkpointInterval;
        this.folder = folder;
        this.lines = new CommittedLines(folder.resolve("export"));
    }

    /** Starts it, and returns when it runs. */
    void start(BenchServer server, String mode, String reconcile, int parallelism, String savepoint) throws Exception {
        String yaml =
                """
                name: bench
                source:
                  uri: %s
                  collections: [bench.documents]
                  startup: {mode: %s}
                reconcile: {mode: %s}
                sinks:
                  - {type: files, path: %s}
                windows: {manifests: %s}
                pipeline: {parallelism: %d, checkpoint-interval: %s, state-dir: %s}
                """
                        .formatted(
                                server.uri(),
                                mode,
                                reconcile,
                                folder.resolve("export"),
                                manifests,
                                parallelism,
                                checkpointInterval,
                                folder.resolve("state"));
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
        if (savepoint != null) {
            configuration.set(SavepointConfigOptions.SAVEPOINT_PATH, savepoint);
        }
        configuration.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, 1_000);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        PenstockJob.build(env, JobSpec.parse("bench.yaml", yaml, System::getenv), Life.withoutRecord());
        JobGraph graph = env.getStreamGraph().getJobGraph();
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumSlotsPerTaskManager(parallelism)
                .withRandomPorts()
                .build());
        cluster.start();
        job = graph.getJobID();
        cluster.submitJob(graph).get();
        while (cluster.getJobStatus(job).get() != JobStatus.RUNNING) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Waits until so many lines are committed; returns how long that took since the call, in nanoseconds. */
    long awaitLines(long expected) throws Exception {
        long start = System.nanoTime();
        lines.await(expected, () -> {
            if (cluster.getJobStatus(job).get() == JobStatus.FAILED) {
                cluster.requestJobResult(job)
                        .get()
                        .toJobExecutionResult(getClass().getClassLoader());
            }
        });
        return System.nanoTime() - start;
    }

    String stop() throws Exception {
        String savepoint = cluster.stopWithSavepoint(
                        job, folder.resolve("savepoints").toUri().toString(), false, SavepointFormatType.NATIVE)
                .get();
        cluster.requestJobResult(job).get();
        cluster.close();
        return savepoint;
    }

    void cancel() throws Exception {
        cluster.cancelJob(job).get();
        cluster.requestJobResult(job).get();
        cluster.close();
    }

    /** Completed checkpoints of this start, the newest first. */
    List<CompletedCheckpointStats> checkpoints() throws Exception {
        return cluster.getExecutionGraph(job).get().getCheckpointStatsSnapshot().getHistory().getCheckpoints().stream()
                .filter(CompletedCheckpointStats.class::isInstance)
                .map(CompletedCheckpointStats.class::cast)
                .toList();
    }

    /** Bytes of the newest checkpoint's own files, and of what it shares with earlier ones. */
    String checkpointSize() throws IOException {
        return megabytes(folder.resolve("state"), "chk-") + " MB of its own, "
                + megabytes(folder.resolve("state"), "shared") + " MB shared";
    }

    private static long megabytes(Path root, String part) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().contains("/" + part)) {
                    bytes += Files.size(file);
                }
            }
            return bytes >> 20;
        }
    }
}
