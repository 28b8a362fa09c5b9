/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.spec.JobSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.RestoreMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobResourceRequirements;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.jobgraph.JobVertexResourceRequirements;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;

/** Flink in this process, and the whole job on it, started from savepoints and stopped with them. Used by one thread. */
public final class TestCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Configuration configuration;
    private final MiniCluster cluster;
    private final Map<JobID, JobGraph> graphs = new HashMap<>();

    private TestCluster(Configuration configuration, MiniCluster cluster) {
        this.configuration = configuration;
        this.cluster = cluster;
    }

    /** @param slots of its only TaskManager: the most that a job's parallelism may be */
    public static TestCluster start(Configuration configuration, int slots) throws Exception {
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .withRandomPorts()
                .build());
        cluster.start();
        return new TestCluster(configuration, cluster);
    }

    /** Where its REST API is. */
    public URI rest() throws Exception {
        return cluster.getRestAddress().get();
    }

    /**
     * Starts a job.
     *
     * @param yaml the job file
     * @param variables what its placeholders stand for; that of {@code ${SOURCE}}, which may be a secret and would be resolved from
     *     this process's environment, is put into the text
     * @param savepoint what it goes on from; null to begin
     */
    public JobID submit(String yaml, Map<String, String> variables, String savepoint) throws Exception {
        return submit(yaml, variables, savepoint, false);
    }

    /** @param mayLeaveOut whether state of what is in the job no longer may be left out */
    public JobID submit(String yaml, Map<String, String> variables, String savepoint, boolean mayLeaveOut)
            throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        String text = yaml.replace("${SOURCE}", variables.get("SOURCE"));
        PenstockJob.build(env, JobSpec.parse("job.yaml", text, variables::get), Life.withoutRecord());
        JobGraph graph = env.getStreamGraph().getJobGraph();
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(savepoint, mayLeaveOut, RestoreMode.NO_CLAIM));
        }
        cluster.submitJob(graph).get();
        graphs.put(graph.getJobID(), graph);
        return graph.getJobID();
    }

    /** Waits until all tasks run: only then does Flink take checkpoints and savepoints. */
    public void awaitRunning(JobID job) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> status(job) == JobStatus.RUNNING && tasksThatAllRun(job) > 0);
    }

    /** How many tasks it has; 0 as long as one of them does not run. */
    private int tasksThatAllRun(JobID job) throws Exception {
        int tasks = 0;
        for (var vertex : cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
            if (vertex.getExecutionState() != ExecutionState.RUNNING) {
                return 0;
            }
            tasks++;
        }
        return tasks;
    }

    /**
     * Rescales a job in place, as the adaptive scheduler does, and waits until it runs so. What can run only once, as what
     * seals windows, stays as it is.
     */
    public void rescale(JobID job, int parallelism) throws Exception {
        Map<JobVertexID, JobVertexResourceRequirements> wanted = new HashMap<>();
        int tasks = 0;
        for (JobVertex vertex : graphs.get(job).getVertices()) {
            int some = vertex.getMaxParallelism() == 1 ? 1 : parallelism;
            tasks += some;
            wanted.put(
                    vertex.getID(),
                    new JobVertexResourceRequirements(new JobVertexResourceRequirements.Parallelism(some, some)));
        }
        int expected = tasks;
        Configuration client = new Configuration(configuration);
        URI rest = rest();
        client.set(RestOptions.ADDRESS, rest.getHost());
        client.set(RestOptions.PORT, rest.getPort());
        try (RestClusterClient<String> flink = new RestClusterClient<>(client, "test")) {
            flink.updateJobResourceRequirements(job, new JobResourceRequirements(wanted))
                    .get();
        }
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> status(job) == JobStatus.RUNNING && tasksThatAllRun(job) == expected);
    }

    /** Bytes of records in flight that the newest completed checkpoint holds; 0 while there is none. */
    public long inFlight(JobID job) throws Exception {
        var stats = cluster.getExecutionGraph(job).get().getCheckpointStatsSnapshot();
        var newest = stats == null ? null : stats.getHistory().getLatestCompletedCheckpoint();
        return newest == null ? 0 : newest.getPersistedData();
    }

    public JobStatus status(JobID job) throws Exception {
        return cluster.getJobStatus(job).get();
    }

    /** What made the job fail the last time; null when nothing did. */
    public String failure(JobID job) throws Exception {
        var failure = cluster.getExecutionGraph(job).get().getFailureInfo();
        return failure == null ? null : failure.getExceptionAsString();
    }

    /** Takes a checkpoint, after which what it holds is committed. */
    public long checkpoint(JobID job) throws Exception {
        return retried(
                job, () -> cluster.triggerCheckpoint(job, CheckpointType.FULL).get());
    }

    public String savepoint(JobID job, Path folder, SavepointFormatType format) throws Exception {
        return retried(job, () -> cluster.triggerSavepoint(job, folder.toUri().toString(), false, format)
                .get());
    }

    /** Stops a job with a savepoint, as it is paused; nothing is drained. */
    public String stop(JobID job, Path folder, SavepointFormatType format) throws Exception {
        String savepoint =
                retried(job, () -> cluster.stopWithSavepoint(job, folder.toUri().toString(), false, format)
                        .get());
        awaitEnd(job);
        return savepoint;
    }

    /** A job in the middle of a restart takes none: it is asked again, until it has failed for good. */
    private <T> T retried(JobID job, Callable<T> call) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                awaitRunning(job);
                return call.call();
            } catch (ExecutionException e) {
                if (System.nanoTime() > deadline || status(job).isTerminalState()) {
                    throw e;
                }
            }
        }
    }

    public void cancel(JobID job) throws Exception {
        if (!status(job).isGloballyTerminalState()) {
            cluster.cancelJob(job).get();
            awaitEnd(job);
        }
    }

    private void awaitEnd(JobID job) {
        Awaitility.await().atMost(LIMIT).until(() -> status(job).isGloballyTerminalState());
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
