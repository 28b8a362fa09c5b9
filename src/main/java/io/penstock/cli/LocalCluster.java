/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RestoreMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** Flink inside this process: one TaskManager, the web UI on the loopback address. */
final class LocalCluster implements AutoCloseable {
    private final MiniCluster cluster;

    private LocalCluster(MiniCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * The configuration that continuing depends on: checkpoints are kept whatever ends the process, three of them, in
     * the state folder; what is temporary is kept there too, because a killed process cannot tidy up after itself. Both
     * the cluster and the environment that builds the job must be given it.
     */
    static Configuration configuration(StateFolder state) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_PORT, "8081-8199");
        // The web UI shows it.
        configuration.set(WebOptions.LOG_PATH, state.log().toAbsolutePath().toString());
        configuration.set(
                CoreOptions.TMP_DIRS, state.temporary().toAbsolutePath().toString());
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                state.checkpoints().toAbsolutePath().toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        // RocksDB's memory, outside the heap. Below half of the state's size updates become slower.
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        return configuration;
    }

    /** Starts a cluster with as many slots as the job needs. */
    static LocalCluster start(Configuration configuration, int slots) throws Exception {
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .withRandomPorts()
                .build());
        cluster.start();
        return new LocalCluster(cluster);
    }

    URI webUi() throws Exception {
        return cluster.getRestAddress().get();
    }

    /** Submits the job, continuing from a checkpoint or savepoint if there is one, and returns once it is accepted. */
    void submit(JobGraph job, Optional<Path> from) throws Exception {
        // NO_CLAIM: the first checkpoint stands on its own, so that the earlier start's folder can go as a whole.
        from.ifPresent(path -> job.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(path.toString(), false, RestoreMode.NO_CLAIM)));
        cluster.submitJob(job).get();
    }

    JobStatus status(JobID job) throws Exception {
        return cluster.getJobStatus(job).get();
    }

    /** Completes when the job has come to an end of any kind. */
    CompletableFuture<JobResult> result(JobID job) {
        return cluster.requestJobResult(job);
    }

    /** What made the job fail the last time, also when it was started again since. */
    Optional<Throwable> lastFailure(JobID job) throws Exception {
        return Optional.ofNullable(cluster.getExecutionGraph(job).get().getFailureInfo())
                .map(ErrorInfo::getException);
    }

    /**
     * Stops the job with a savepoint, without draining it: what is in flight stays for the next start.
     *
     * @param limit how long to try; a job that is just being started or restarted accepts no savepoint and is asked again
     * @return the savepoint; empty when there was no time for it
     */
    Optional<String> stop(JobID job, String savepoints, Duration limit) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        CompletableFuture<JobResult> result = result(job);
        while (!result.isDone() && System.nanoTime() < deadline) {
            if (status(job) == JobStatus.RUNNING) {
                try {
                    String savepoint = cluster.stopWithSavepoint(job, savepoints, false, SavepointFormatType.NATIVE)
                            .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return Optional.of(savepoint);
                } catch (ExecutionException notYet) {
                    // Tasks that are not running yet, or a failure meanwhile: the job decides, ask again.
                    waited(result, Duration.ofMillis(200));
                } catch (TimeoutException tooLate) {
                    return Optional.empty();
                }
            } else {
                waited(result, Duration.ofMillis(200));
            }
        }
        return Optional.empty();
    }

    /** Asks for the same once, for a job that runs; it fails when the job is not, or fails over it, and goes on. */
    CompletableFuture<String> stop(JobID job, String savepoints) {
        return cluster.stopWithSavepoint(job, savepoints, false, SavepointFormatType.NATIVE);
    }

    /** When the job failed the last time, in milliseconds; 0 when it never did. */
    long failedAt(JobID job) throws Exception {
        ErrorInfo failure = cluster.getExecutionGraph(job).get().getFailureInfo();
        return failure == null ? 0 : failure.getTimestamp();
    }

    /** Waits for a future for a while; true when it has come. */
    static boolean waited(CompletableFuture<?> future, Duration limit) throws InterruptedException {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        }
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
