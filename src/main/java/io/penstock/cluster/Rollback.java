/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.cluster.Resumption.Prepared;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.StoredState;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.flink.core.fs.Path;

/**
 * A life of a job that begins further back than the last one got to. What came after that point is exported again, the same versions with
 * a greater revision.
 */
public final class Rollback {
    private final OperatedJob job;
    private final LongSupplier sourceTime;

    /** @param sourceTime asks the source for its operation time (unsigned: seconds in the upper 32 bits, increment in the lower) */
    public Rollback(OperatedJob job, LongSupplier sourceTime) {
        this.job = job;
        this.sourceTime = sourceTime;
    }

    /**
     * The savepoint or checkpoint of this job at a path.
     *
     * @throws ClusterException when there is none, or it lies elsewhere than this job's do
     */
    public StoredState target(String path) {
        StoredState target = LifeStates.at(path);
        String place = target.path().toUri().normalize().getPath();
        String own = new Path(job.stateDir()).toUri().normalize().getPath();
        if (!place.startsWith(own + "/")) {
            throw new ClusterException(
                    path + " is no savepoint of " + job.name() + ": those are below " + job.stateDir()
                            + ". (To start a job from a savepoint of elsewhere, it must have no record here: penstock submit"
                            + " --from-savepoint)");
        }
        return target;
    }

    /**
     * Ends the present life, whatever it does, takes its right to commit, and notes the rollback.
     *
     * @return where to begin, to be given to {@link Resumption#begin}
     * @throws ClusterException when the job is finished, or the source does not answer; nothing was changed then
     */
    public Prepared prepare(StoredState target) throws IOException {
        Versioned<JobRecord> read = job.known();
        JobRecord record = read.value();
        if (record.desired() == Desired.FINISHED) {
            throw new ClusterException(
                    job.name() + " is finished: a rollback would export changes that came after its end");
        }
        long before = sourceTime.getAsLong();
        if (!job.alive(record.flinkJob())) {
            job.requireNotElsewhere(record);
        }
        if (record.desired() == Desired.RUNNING) {
            read = job.write(read, record.takenOver(OperatedJob.author()));
        }
        job.stopping().cancelled(record.flinkJob());
        // After the last life lost its right to commit: all that it exported had been read from the source by this
        // time.
        long now = sourceTime.getAsLong();
        if (Long.compareUnsigned(now, before) < 0) {
            throw new ClusterException(
                    "the source's time went back while it was asked; is it one replica set? To go on where "
                            + job.name()
                            + " was: penstock resume");
        }
        read = job.write(read, read.value().rolledBack(now, target.path().toString(), OperatedJob.author()));
        return new Prepared(false, read, Optional.of(target), Optional.empty());
    }
}
