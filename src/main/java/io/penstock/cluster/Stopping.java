/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.cluster.Ending.How;
import io.penstock.store.Checkpoints;
import io.penstock.store.StoredState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a life of a job so that the next one continues exactly where it was.
 *
 * <p>With a savepoint where that can be: Flink accepts it only while every subtask runs, so a job that is being started or
 * restarted is asked again. While source or target is away a job is restarted again and again, or its savepoint waits for the
 * target; so there is a limit, and then the life is cancelled and its newest complete checkpoint taken. That costs work, which
 * is repeated, and no content: what that checkpoint does not hold was never committed.
 *
 * <p>What the next life begins from is looked up after the end, not taken from an answer: a savepoint that completes while the job is
 * being cancelled has been committed by the sinks, and an older checkpoint would commit the same again.
 */
final class Stopping {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);
    private static final Duration TIME_TO_CANCEL = Duration.ofMinutes(4);

    private final FlinkCluster cluster;
    private final String stateDir;

    Stopping(FlinkCluster cluster, String stateDir) {
        this.cluster = cluster;
        this.stateDir = stateDir;
    }

    /**
     * Ends it.
     *
     * @param limit how long to try for a savepoint; zero cancels at once
     * @throws ClusterException when the cluster does not answer, or the job does not end
     */
    Ending end(String job, Duration limit) {
        Optional<JobStatus> before = cluster.state(job);
        if (before.isEmpty()) {
            return new Ending(How.UNKNOWN, newest(job), "");
        }
        if (before.get().isGloballyTerminalState()) {
            return new Ending(How.ENDED_BEFORE, newest(job), "");
        }
        Patience patience = Patience.of(limit);
        String why = "no time was given for a savepoint";
        while (!patience.exhausted()) {
            JobStatus now = cluster.state(job).orElse(JobStatus.FAILED);
            if (now.isGloballyTerminalState()) {
                return ended(job, now, why);
            }
            if (cluster.job(job).map(JobView::runsAsAWhole).orElse(false)) {
                Optional<String> refused = stopped(job, patience);
                if (refused.isEmpty()) {
                    return ended(job, awaitEnd(job), why);
                }
                why = refused.get();
            } else {
                why = "the job is " + (now == JobStatus.RUNNING ? "being started" : Words.of(now));
            }
            patience.pause();
        }
        LOG.info("no savepoint of {} within {}: {}", job, limit, why);
        cancel(job);
        return ended(job, awaitEnd(job), why);
    }

    /**
     * Ends it without a savepoint. What it has left is not looked at, and may be damaged.
     *
     * @throws ClusterException when the cluster does not answer, or the job does not end
     */
    void cancelled(String job) {
        if (cluster.lives(job)) {
            cancel(job);
            awaitEnd(job);
        }
    }

    /** Asks for the savepoint, and waits for it; why there was none, or empty when there is one. */
    private Optional<String> stopped(String job, Patience patience) {
        CompletableFuture<String> savepoint =
                cluster.stop(job, Checkpoints.in(stateDir).savepointsOf(job).toString());
        try {
            savepoint.get(patience.nanosLeft(), TimeUnit.NANOSECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("the savepoint did not complete: source or target may be away");
        } catch (ExecutionException e) {
            LOG.info("stopping {} was refused, or failed: {}", job, e.toString());
            return Optional.of(Sentences.of(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while the job was being stopped; ask for its status", e);
        }
    }

    private Ending ended(String job, JobStatus end, String why) {
        How how =
                switch (end) {
                    case FINISHED -> How.STOPPED;
                    case CANCELED -> How.CANCELLED;
                    default -> How.FAILED;
                };
        return new Ending(how, newest(job), how == How.STOPPED ? "" : why);
    }

    /** It may come to its end by itself in the same moment, and then refuses to be cancelled. */
    private void cancel(String job) {
        try {
            cluster.cancel(job);
        } catch (ClusterException refused) {
            if (cluster.lives(job)) {
                throw refused;
            }
        }
    }

    private JobStatus awaitEnd(String job) {
        return Patience.of(TIME_TO_CANCEL)
                .until(() -> cluster.state(job).filter(JobStatus::isGloballyTerminalState))
                .orElseThrow(
                        () -> new ClusterException(
                                "the job does not end: the cluster at " + cluster.address()
                                        + " still has it as "
                                        + cluster.state(job).map(Words::of).orElse("unknown")
                                        + ". A TaskManager that does not answer is given up after its heartbeat's time-out; try again then"));
    }

    private Optional<StoredState> newest(String job) {
        return LifeStates.of(stateDir, job).newest();
    }
}
