/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.store.AuditEvent;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Another parallelism for a running job. */
public final class Rescale {
    /** In place: a cool-down after the last rescaling, then the wait for slots that a cluster is configured for. */
    private static final Duration TIME_TO_SETTLE = Duration.ofMinutes(5);

    private final OperatedJob job;

    /** @param job with a plan at the new parallelism */
    public Rescale(OperatedJob job) {
        this.job = job;
    }

    /** Which way was taken. */
    public enum Way {
        /** It had that parallelism. */
        NOTHING_TO_DO,
        /** The cluster rearranges the running job, from its newest checkpoint. */
        IN_PLACE,
        /** Stopped with a savepoint and started from it, as the next life. */
        BY_SAVEPOINT
    }

    /**
     * What was done.
     *
     * @param took until each subtask runs; empty when that is not so yet
     */
    public record Result(Way way, int before, JobRecord record, Optional<Duration> took) {}

    /**
     * Rescales the job.
     *
     * @param waits whether to ask for more slots than there are, which the cluster then waits for
     * @param limit how long to try for a savepoint, where one is needed
     * @throws ClusterException when it does not run, or there are too few slots
     */
    public Result to(int parallelism, boolean waits, Duration limit) throws IOException {
        JobRecord record = job.running("rescale");
        JobView view = job.cluster()
                .job(record.flinkJob())
                .filter(now -> !now.ended())
                .orElseThrow(() -> new ClusterException(job.name() + " does not run on the cluster at "
                        + job.cluster().address() + ". To start it again: penstock resume"));
        if (view.parallelism() == parallelism && view.runsAsAWhole()) {
            return new Result(Way.NOTHING_TO_DO, parallelism, record, Optional.of(Duration.ZERO));
        }
        if (!waits) {
            requireSlots(record.flinkJob(), parallelism);
        }
        long begun = System.nanoTime();
        Optional<JsonNode> requirements = requirements(record.flinkJob());
        if (requirements.isPresent()) {
            job.cluster().rest().put(path(record.flinkJob()), raised(requirements.get(), view, parallelism));
            job.note(AuditEvent.of("rescale")
                    .with("flinkJob", record.flinkJob())
                    .with("before", view.parallelism())
                    .with("after", parallelism));
            Optional<Duration> took = waits ? Optional.empty() : job.awaitRunning(record, TIME_TO_SETTLE);
            return new Result(Way.IN_PLACE, view.parallelism(), record, took.map(more -> since(begun)));
        }
        JobRecord next = bySavepoint(limit);
        Optional<Duration> took = job.awaitRunning(next, TIME_TO_SETTLE);
        return new Result(Way.BY_SAVEPOINT, view.parallelism(), next, took.map(more -> since(begun)));
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void requireSlots(String flinkJob, int parallelism) {
        FlinkCluster.Slots slots = job.cluster().slots();
        int within = slots.free() + job.cluster().slotsOf(flinkJob);
        if (within < parallelism) {
            throw new ClusterException("the cluster at " + job.cluster().address() + " has room for " + within
                    + " subtasks of " + job.name() + " (" + slots.free() + " free slots of " + slots.total() + " on "
                    + slots.taskManagers() + " TaskManagers), not for " + parallelism
                    + ". Start more TaskManagers first, or ask the job to take slots as they come: --wait");
        }
    }

    /** Empty where the scheduler is not the adaptive one. */
    private Optional<JsonNode> requirements(String flinkJob) {
        try {
            return job.cluster().rest().find(path(flinkJob)).filter(JsonNode::isObject);
        } catch (ClusterException notSupported) {
            return Optional.empty();
        }
    }

    private static String path(String flinkJob) {
        return "/jobs/" + flinkJob + "/resource-requirements";
    }

    /** With fewer slots than asked for, the job runs on those that there are: the lower bound stays. */
    private static JsonNode raised(JsonNode requirements, JobView view, int parallelism) {
        ObjectNode next = requirements.deepCopy();
        for (JobView.Vertex vertex : view.vertices()) {
            ((ObjectNode) next.path(vertex.id()).path("parallelism"))
                    .put("upperBound", Math.min(parallelism, vertex.maxParallelism()));
        }
        return next;
    }

    private JobRecord bySavepoint(Duration limit) throws IOException {
        Pause.Result paused = new Pause(job).within(limit);
        if (paused.finished()) {
            throw new ClusterException(job.name() + " came to its end by itself: everything is exported");
        }
        Resumption resumption = new Resumption(job);
        return resumption.begin(resumption.prepare(), false);
    }
}
