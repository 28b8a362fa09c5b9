/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.StoredState;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.util.Optional;

/** The first start of a job, or one from the beginning again. */
public final class Submission {
    private final OperatedJob job;

    public Submission(OperatedJob job) {
        this.job = job;
    }

    /**
     * Refuses what {@link #begin} would refuse by the record alone; for a caller who has more to ask before.
     *
     * @param again whether a job that was cancelled or finished is to be exported again
     * @throws ClusterException with what to type instead
     */
    public void requireAllowed(boolean again) throws IOException {
        Optional<Versioned<JobRecord>> read = job.read();
        if (read.isPresent()) {
            requireAllowed(read.get().value(), again);
        }
    }

    private void requireAllowed(JobRecord record, boolean again) {
        String is = job.name() + " is " + Words.of(record.desired()) + " (" + record.where() + "). ";
        if (record.desired() == Desired.RUNNING) {
            throw new ClusterException(
                    is + "To look at it: penstock status. When its cluster has lost it: penstock resume");
        }
        if (record.desired() == Desired.PAUSED) {
            throw new ClusterException(is + "To continue it: penstock resume");
        }
        if (!again) {
            throw new ClusterException(
                    is + (record.desired() == Desired.CANCELLED ? "To continue it: penstock resume. " : "")
                            + "To export everything again, into empty targets: penstock submit --fresh");
        }
    }

    /**
     * Starts it.
     *
     * @param from a savepoint or checkpoint to begin at, of a job that has no record here; empty for the beginning
     * @param again whether a job that was cancelled or finished is to be exported again
     * @return the record of the life that has begun
     * @throws ClusterException when it cannot be started, with what to do
     */
    public JobRecord begin(Optional<String> from, boolean again) throws IOException {
        requireAllowed(again);
        Optional<Versioned<JobRecord>> read = job.read();
        if (read.isPresent() && from.isPresent()) {
            throw new ClusterException(
                    "there is a record of " + job.name() + " already: it ran before. To continue it at that"
                            + " savepoint: penstock resume --from " + from.get());
        }
        Optional<StoredState> state = from.map(LifeStates::at);
        Starting starting = job.starting();
        starting.requireSlots(job.plan().parallelism());
        return starting.begin(
                job.plan(),
                read,
                state,
                false,
                start -> read.isPresent()
                        ? read.get().value().startedAnew(start, OperatedJob.author())
                        : JobRecord.first(job.name(), start, OperatedJob.author()));
    }
}
