/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.job.Life;
import io.penstock.spec.JobSpec;
import io.penstock.store.JobRecord;
import io.penstock.store.StoredState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One run of a job in this process, from its state folder's latest checkpoint to its end, a failure, or a request to
 * stop. What the sinks need to be exactly once is Flink's; what this adds is that the next run continues.
 */
final class LocalRun {
    /** The whole of stopping must fit 25 seconds, the cluster's end included. */
    private static final Duration TIME_FOR_A_SAVEPOINT = Duration.ofSeconds(20);

    private static final Duration TICK = Duration.ofMillis(250);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Puts the job together. */
    @FunctionalInterface
    interface Topology {
        void build(StreamExecutionEnvironment env, JobSpec job, Life life) throws Exception;
    }

    /** What a run ends at by itself. Asked in one thread. */
    interface Goal {
        /** Of a run that goes on. */
        Goal NONE = new Goal() {
            @Override
            public boolean isReached(MetricsView metrics, RunStatus now) {
                return false;
            }

            @Override
            public void stopped(String savepoint) {
                throw new IllegalStateException("there was no goal");
            }
        };

        /** Whether the job has come to it, and is to be stopped with a savepoint. */
        boolean isReached(MetricsView metrics, RunStatus now);

        /** The job was, and has not failed since. */
        void stopped(String savepoint);
    }

    private final JobSpec job;
    private final StateFolder state;
    private final RunRecord record;
    private final Topology topology;
    private final Map<String, String> settings;
    private final RunView view;

    /**
     * @param state held by this process
     * @param record of a job that is not running
     * @param settings of Flink, given by the user
     */
    LocalRun(
            JobSpec job,
            StateFolder state,
            RunRecord record,
            Topology topology,
            Map<String, String> settings,
            RunView view) {
        this.job = job;
        this.state = state;
        this.record = record;
        this.topology = topology;
        this.settings = settings;
        this.view = view;
    }

    /**
     * Runs until the job ends, it has reached the goal, or the interrupt comes.
     *
     * @return the exit code: 0 when the job is finished, or stopped with a savepoint
     * @throws Failure when the job failed, and Flink was not to start it again
     */
    int execute(CompletableFuture<Void> interrupt, Goal goal) throws Exception {
        Optional<Path> from = record.latest();
        view.say("  state    " + job.pipeline().stateDir() + " ("
                + from.map(path -> "continuing from " + name(path))
                        .orElse(record.rollbacks() == 0 ? "first start" : "no checkpoint is left")
                + ")");
        Configuration configuration = LocalCluster.configuration(state);
        settings.forEach(configuration::setString);
        MetricsView metrics = MetricsView.of(configuration);
        try (LocalCluster cluster =
                LocalCluster.start(configuration, job.pipeline().parallelism())) {
            JobID id = new JobID();
            JobRecord next = record.next(id.toHexString(), from);
            JobGraph graph = graph(configuration, id, Life.of(job, next));
            record.begin(next);
            cluster.submit(graph, from);
            view.say("  web UI   " + cluster.webUi());
            view.say("  log      " + state.log());
            return watch(cluster, id, metrics, interrupt, goal);
        }
    }

    private JobGraph graph(Configuration configuration, JobID id, Life life) throws Exception {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(configuration);
        topology.build(env, job, life);
        JobGraph graph = env.getStreamGraph().getJobGraph();
        graph.setJobID(id);
        return graph;
    }

    private int watch(LocalCluster cluster, JobID id, MetricsView metrics, CompletableFuture<Void> interrupt, Goal goal)
            throws Exception {
        CompletableFuture<JobResult> result = cluster.result(id);
        CompletableFuture<Object> either = CompletableFuture.anyOf(result, interrupt);
        long restarts = 0;
        boolean isSaid = false;
        while (!LocalCluster.waited(either, TICK)) {
            RunStatus status = RunMetrics.status(metrics);
            if (status.restarts() > restarts) {
                restarts = status.restarts();
                view.say(cluster.lastFailure(id)
                        .map(cause -> "the job failed and was started again: " + Failures.line(cause))
                        .orElse("the job failed and was started again"));
            }
            view.update(status);
            if (!isSaid && metrics.values("windows", "sealsNothing").contains(1L)) {
                isSaid = true;
                view.say(
                        "this job is older than its windows: what its targets hold is not known, so no window is sealed");
            }
            if (goal.isReached(metrics, status)) {
                Optional<Integer> code = stopAt(goal, cluster, id, interrupt);
                if (code.isPresent()) {
                    return code.get();
                }
            }
        }
        return result.isDone() ? ended(result.get()) : stop(cluster, id, result);
    }

    private int ended(JobResult result) throws IOException {
        if (result.isSuccess()) {
            record.finish();
            view.say("finished");
            return 0;
        }
        Throwable cause = result.getSerializedThrowable()
                .map(Throwable.class::cast)
                .orElseGet(() -> new IllegalStateException("it was " + result.getApplicationStatus()));
        throw Failure.failed(
                "the job failed: " + Failures.line(cause) + " (more in " + state.log() + "; " + whatIsNext() + ")",
                cause);
    }

    /** Stops a job that has reached its goal; empty when it has failed over it, and goes on. */
    private Optional<Integer> stopAt(Goal goal, LocalCluster cluster, JobID id, CompletableFuture<Void> interrupt)
            throws Exception {
        long failed = cluster.failedAt(id);
        CompletableFuture<String> savepoint = cluster.stop(id, record.savepoints(id.toHexString()));
        while (!LocalCluster.waited(savepoint, TICK)) {
            if (interrupt.isDone() && !LocalCluster.waited(savepoint, TIME_FOR_A_SAVEPOINT)) {
                view.say("there was no time for a savepoint: " + whatIsNext());
                return Optional.of(Failure.FAILED);
            }
        }
        if (savepoint.isCompletedExceptionally()) {
            return Optional.empty();
        }
        Optional<JobRecord> other = record.ended(Optional.of(savepoint.get()));
        if (other.isPresent()) {
            view.say("stopped; the job was taken over meanwhile, by "
                    + other.get().by());
            return Optional.of(Failure.FAILED);
        }
        if (cluster.failedAt(id) != failed) {
            view.say(
                    "the job failed and was started again while it was being stopped, so it may not have come to the end; the next run goes"
                            + " on from its savepoint");
            return Optional.of(Failure.FAILED);
        }
        goal.stopped(savepoint.get());
        return Optional.of(0);
    }

    private int stop(LocalCluster cluster, JobID id, CompletableFuture<JobResult> result) throws Exception {
        view.say("stopping with a savepoint; Ctrl-C again ends at once");
        long begun = System.nanoTime();
        Optional<String> savepoint = cluster.stop(id, record.savepoints(id.toHexString()), TIME_FOR_A_SAVEPOINT);
        Duration left = TIME_FOR_A_SAVEPOINT.minusNanos(System.nanoTime() - begun);
        if (savepoint.isPresent()) {
            LocalCluster.waited(result, left.isNegative() ? Duration.ZERO : left);
            Optional<JobRecord> other = record.ended(savepoint);
            view.say(other.map(now -> "stopped; the job was taken over meanwhile, by " + now.by())
                    .orElse("stopped; the next run continues here"));
            return 0;
        }
        if (result.isDone()) {
            return ended(result.get());
        }
        view.say("there was no time for a savepoint: " + whatIsNext());
        return Failure.FAILED;
    }

    /** What an end without a savepoint costs: work, never content, for what is not committed is not visible. */
    private String whatIsNext() throws IOException {
        Optional<JobRecord> other = record.takenOverBy();
        return other.isPresent()
                ? "the job is continued elsewhere, not here"
                : record.latest()
                        .map(path -> "the next run continues from " + name(path)
                                + " and repeats what came after it; nothing is lost or doubled in the export")
                        .orElse("the next run begins anew; nothing was exported yet");
    }

    private static String name(Path checkpoint) {
        String file = checkpoint.getName();
        String kind = file.startsWith("chk-") ? "checkpoint " + file.substring("chk-".length()) : "the savepoint";
        try {
            long millis = checkpoint
                    .getFileSystem()
                    .getFileStatus(new Path(checkpoint, StoredState.METADATA))
                    .getModificationTime();
            return kind + " of " + TIME.format(Instant.ofEpochMilli(millis));
        } catch (IOException e) {
            return kind;
        }
    }
}
