/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.Checkpoints;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecords;
import io.penstock.store.StoredState;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.RestoreMode;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/**
 * Begins a life of a job: the record first, with the life's token and its Flink job id, then the submission. So whatever happens in
 * between, the record knows the life, and everybody else's commits are fenced before this one's begin. What lives before the last one left
 * is removed then, but for the savepoints that an operator asked for.
 */
final class Starting {
    private static final Duration TASK_MANAGERS_COME = Duration.ofSeconds(20);

    private final FlinkCluster cluster;
    private final JobRecords records;
    private final Optional<Path> jar;

    Starting(FlinkCluster cluster, JobRecords records, Optional<Path> jar) {
        this.cluster = cluster;
        this.records = records;
        this.jar = jar;
    }

    /**
     * Begins it.
     *
     * @param read the record as it was read; empty for a job that never ran
     * @param from where it begins; empty for the beginning
     * @param dropsState whether state that the job has no use for may be left behind: that of a sink that was removed
     * @param transition the next record
     * @return the record that was written
     */
    JobRecord begin(
            JobPlan plan,
            Optional<Versioned<JobRecord>> read,
            Optional<StoredState> from,
            boolean dropsState,
            Function<JobRecord.Start, JobRecord> transition)
            throws IOException {
        JobID id = JobID.generate();
        JobRecord next = transition.apply(new JobRecord.Start(
                id.toHexString(),
                from.map(state -> state.path().toString()),
                plan.text(),
                Optional.of(cluster.address().toString())));
        JobGraph graph = plan.graph().of(id, next);
        from.ifPresent(state -> restore(graph, state, dropsState));
        records.write(read, next);
        Checkpoints.in(plan.stateDir()).removeAllBut(next);
        cluster.submit(graph, jar);
        return next;
    }

    private static void restore(JobGraph graph, StoredState from, boolean dropsState) {
        Set<String> unknown = new HashSet<>(from.operators());
        unknown.removeAll(operators(graph));
        if (unknown.size() == from.operators().size()) {
            throw new ClusterException(from.path() + " holds no state of this job: it is another job's");
        }
        if (!unknown.isEmpty() && !dropsState) {
            throw new ClusterException(from.path() + " holds the state of " + unknown.size()
                    + " operators that this job does not have: it is another job's, or a sink of the job was removed");
        }
        // NO_CLAIM: the first checkpoint stands on its own, so that what is begun from can be begun from again.
        graph.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(from.path().toString(), dropsState, RestoreMode.NO_CLAIM));
    }

    private static Set<String> operators(JobGraph graph) {
        Set<String> ids = new HashSet<>();
        StreamSupport.stream(graph.getVertices().spliterator(), false)
                .map(JobVertex::getOperatorIDs)
                .forEach(chain -> chain.forEach(each -> ids.add(id(each))));
        return ids;
    }

    private static String id(OperatorIDPair operator) {
        return operator.getUserDefinedOperatorID()
                .orElse(operator.getGeneratedOperatorID())
                .toString();
    }

    /**
     * Waits for free slots: those of a life that just ended, or of a cluster that was just started.
     *
     * @throws ClusterException when they do not come; says how many there are
     */
    void requireSlots(int wanted) {
        Optional<FlinkCluster.Slots> enough = Patience.of(TASK_MANAGERS_COME)
                .until(() -> Optional.of(cluster.slots()).filter(slots -> slots.free() >= wanted));
        if (enough.isEmpty()) {
            throw tooFew(wanted);
        }
    }

    private ClusterException tooFew(int wanted) {
        FlinkCluster.Slots slots = cluster.slots();
        return new ClusterException("the cluster at " + cluster.address() + " has " + slots.free() + " free slots of "
                + slots.total() + " on " + slots.taskManagers() + " TaskManagers, and this needs " + wanted
                + ". Start more TaskManagers, or ask for a smaller parallelism (-p)");
    }

    /** Waits until each subtask runs; how long it took, or empty when it does not within the limit. */
    Optional<Duration> awaitRunning(String job, int parallelism, Duration limit) {
        long begun = System.nanoTime();
        return Patience.of(limit)
                .until(() -> cluster.job(job)
                        .filter(view -> view.ended() || (view.runsAsAWhole() && view.parallelism() == parallelism)))
                .map(view -> {
                    if (view.ended()) {
                        throw new ClusterException("the job did not come to run (" + Words.of(view.state()) + "): "
                                + Failed.why(cluster, job) + ". When that is repaired: penstock resume");
                    }
                    return Duration.ofNanos(System.nanoTime() - begun);
                });
    }
}
