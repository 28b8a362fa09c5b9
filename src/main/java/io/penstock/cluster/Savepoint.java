/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.AuditEvent;
import io.penstock.store.Checkpoints;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A savepoint of a job that goes on. */
public final class Savepoint {
    private final OperatedJob job;

    public Savepoint(OperatedJob job) {
        this.job = job;
    }

    /**
     * Takes it.
     *
     * @param limit how long to wait, for the job to run as a whole too
     * @return its path
     * @throws ClusterException when there is none, and why
     */
    public String take(Duration limit) throws IOException {
        JobRecord record = job.running("take a savepoint of");
        String id = record.flinkJob();
        Patience patience = Patience.of(limit);
        boolean whole = patience.until(() -> job.cluster().job(id).filter(view -> view.ended() || view.runsAsAWhole()))
                .filter(JobView::runsAsAWhole)
                .isPresent();
        if (!whole) {
            throw new ClusterException("there is no savepoint to be had of " + job.name() + ": "
                    + job.cluster()
                            .state(id)
                            .map(state -> "it is " + Words.of(state))
                            .orElse("the cluster does not know it")
                    + Failed.last(job.cluster(), id)
                            .map(why -> ". Its last failure: " + why)
                            .orElse(""));
        }
        String path = await(id, patience, limit);
        job.note(AuditEvent.of("savepoint").with("flinkJob", id).with("savepoint", path));
        return path;
    }

    private String await(String id, Patience patience, Duration limit) {
        try {
            return job.cluster()
                    .savepoint(
                            id, Checkpoints.in(job.stateDir()).savepointsOf(id).toString())
                    .get(patience.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ClusterException(
                    "the savepoint did not complete within " + limit.toSeconds()
                            + " s; the job goes on, and so does the savepoint. Source or target may be away: penstock status",
                    e);
        } catch (ExecutionException e) {
            throw new ClusterException("there is no savepoint: " + Sentences.of(e.getCause()) + ". The job goes on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted; the job goes on", e);
        }
    }
}
