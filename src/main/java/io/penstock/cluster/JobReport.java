/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import java.util.Optional;
import org.apache.flink.api.common.JobStatus;

/**
 * How a job fares: what its record wants, and what the cluster has.
 *
 * @param desired by its operator; empty when there is no record of it
 * @param state Flink's; empty when the cluster does not know the job
 * @param inState milliseconds since the state began
 * @param restarts after failures, since the life began
 * @param lastFailure of this life; empty when it never failed
 * @param remembered where the next start begins, of a job that does not run
 */
public record JobReport(
        String job,
        String cluster,
        Optional<Desired> desired,
        Optional<String> flinkJob,
        Optional<Long> token,
        Optional<JobStatus> state,
        boolean runsAsAWhole,
        long inState,
        int parallelism,
        long restarts,
        Optional<Checkpointing> checkpoints,
        Optional<String> lastFailure,
        Optional<String> remembered,
        long now,
        JobMetrics metrics) {

    /** Asks the cluster for a life of a job. */
    public static JobReport of(
            FlinkCluster cluster, String name, Optional<JobRecord> record, Optional<String> flinkJob) {
        FlinkRest rest = cluster.rest();
        Optional<JobView> view = flinkJob.flatMap(cluster::job);
        boolean runs = view.map(job -> !job.ended()).orElse(false);
        long now = System.currentTimeMillis();
        return new JobReport(
                name,
                cluster.address().toString(),
                record.map(JobRecord::desired),
                flinkJob,
                record.map(JobRecord::token),
                view.map(JobView::state),
                view.map(JobView::runsAsAWhole).orElse(false),
                view.map(job -> Math.max(0, now - job.since())).orElse(0L),
                view.map(JobView::parallelism).orElse(0),
                view.map(job -> restarts(rest, job.id())).orElse(0L),
                view.flatMap(job -> rest.find("/jobs/" + job.id() + "/checkpoints"))
                        .map(Checkpointing::of),
                view.flatMap(job -> Failed.last(cluster, job.id())),
                record.filter(known -> !runs).flatMap(JobRecord::savepoint),
                now,
                view.filter(job -> job.state() == JobStatus.RUNNING)
                        .map(job -> JobMetrics.ask(rest, job))
                        .orElse(JobMetrics.NONE));
    }

    private static long restarts(FlinkRest rest, String job) {
        return rest.find("/jobs/" + job + "/metrics?get=numRestarts")
                .map(metrics -> metrics.path(0).path("value").asLong())
                .orElse(0L);
    }

    /** True when the job is as its operator wants it: running, or come to its end by itself; or paused, cancelled or finished, and not running. */
    public boolean asDesired() {
        boolean alive = state.map(now -> !now.isGloballyTerminalState()).orElse(false);
        if (desired.isEmpty() || desired.get() == Desired.RUNNING) {
            return state.isPresent() && (state.get() == JobStatus.RUNNING || state.get() == JobStatus.FINISHED);
        }
        return !alive;
    }
}
