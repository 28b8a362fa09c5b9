/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.RecordChangedException;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.time.Duration;

/** A stop that remembers where to continue. Works in whatever state the job is; see {@link Stopping} for what that costs. */
public final class Pause {
    private final OperatedJob job;

    public Pause(OperatedJob job) {
        this.job = job;
    }

    /**
     * What a pause has come to.
     *
     * @param done false when the job was paused before, or has come to its end by itself
     * @param record as it is now
     */
    public record Result(boolean done, JobRecord record, Ending ending) {
        /** True when a bounded job came to its end by itself. */
        public boolean finished() {
            return record.desired() == Desired.FINISHED;
        }
    }

    /**
     * Pauses the job.
     *
     * @param limit how long to try for a savepoint; then the job is cancelled, and its newest complete checkpoint remembered
     * @throws ClusterException when it is neither running nor paused, or the cluster does not answer
     * @throws RecordChangedException when somebody else started or stopped it in the same moment
     */
    public Result within(Duration limit) throws IOException {
        Versioned<JobRecord> read = job.known();
        JobRecord record = read.value();
        if (record.desired() == Desired.PAUSED) {
            // A command that was interrupted may have left it on the cluster, without the right to commit.
            return new Result(false, record, job.stopping().end(record.flinkJob(), Duration.ZERO));
        }
        job.running("pause");
        if (!job.alive(record.flinkJob())) {
            job.requireNotElsewhere(record);
        }
        Ending ending = job.stopping().end(record.flinkJob(), limit).orWhereItBegan(record);
        try {
            return write(read, ending);
        } catch (RecordChangedException e) {
            JobRecord now = job.known().value();
            if (now.desired() == Desired.PAUSED && now.flinkJob().equals(record.flinkJob())) {
                return new Result(false, now, ending);
            }
            throw e;
        }
    }

    private Result write(Versioned<JobRecord> read, Ending ending) throws IOException {
        JobRecord record = read.value();
        if (job.finished(record.flinkJob())) {
            JobRecord finished = record.finished(OperatedJob.author());
            return new Result(false, job.write(read, finished).value(), ending);
        }
        // Tasks of a life that its cluster does not know may live on without their JobManager for a while: what they
        // still commit is not to be missed by the search for where to continue, so that comes when the job is resumed.
        JobRecord paused = ending.how() == Ending.How.UNKNOWN
                ? record.takenOver(OperatedJob.author())
                : record.paused(ending.newest().map(state -> state.path().toString()), OperatedJob.author());
        return new Result(true, job.write(read, paused).value(), ending);
    }
}
