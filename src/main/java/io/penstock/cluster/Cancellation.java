/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.time.Duration;

/** The end of a job, now. */
public final class Cancellation {
    private final OperatedJob job;

    public Cancellation(OperatedJob job) {
        this.job = job;
    }

    /**
     * Ends it, whatever it does; again, when that did not come to its end. What it has left stays.
     *
     * @throws ClusterException when the cluster does not answer, or the job does not end
     */
    public Ending now() throws IOException {
        Versioned<JobRecord> read = job.known();
        JobRecord record = read.value();
        if (!job.alive(record.flinkJob())) {
            job.requireNotElsewhere(record);
        }
        Ending ending = job.stopping().end(record.flinkJob(), Duration.ZERO).orWhereItBegan(record);
        if (record.desired() == Desired.RUNNING && ending.how() == Ending.How.UNKNOWN) {
            // Tasks of it may live on without their JobManager for a while.
            read = job.write(read, record.takenOver(OperatedJob.author()));
        }
        if (record.desired() == Desired.RUNNING || record.desired() == Desired.PAUSED) {
            job.write(read, read.value().cancelled(OperatedJob.author()));
        }
        return ending;
    }
}
