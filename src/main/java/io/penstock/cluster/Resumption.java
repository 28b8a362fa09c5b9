/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.Checkpoints;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.StoredState;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The next life of a job, from where the last one got to: of a job that is paused or cancelled, that failed for good, or that its
 * cluster has lost.
 */
public final class Resumption {
    private final OperatedJob job;

    public Resumption(OperatedJob job) {
        this.job = job;
    }

    /**
     * Where the next life begins.
     *
     * @param alive true when there is nothing to resume: it runs
     * @param read the record, by which nobody runs the job any more unless it is alive
     * @param from empty for the beginning: the last life has left nothing, because it never completed a checkpoint
     * @param lost why the last life has to be taken over, for people; empty when it was paused or cancelled
     */
    public record Prepared(
            boolean alive, Versioned<JobRecord> read, Optional<StoredState> from, Optional<String> lost) {}

    /**
     * Sees to it that no life of the job may commit any more, and looks up where it got to.
     *
     * @throws ClusterException when it is finished, or runs on another cluster
     */
    public Prepared prepare() throws IOException {
        return prepare(false);
    }

    /**
     * The same.
     *
     * @param mayBeLost whether a job of which nothing is left that it could go on from begins without; else that is refused
     */
    public Prepared prepare(boolean mayBeLost) throws IOException {
        Versioned<JobRecord> read = job.known();
        JobRecord record = read.value();
        if (record.desired() == Desired.FINISHED) {
            throw new ClusterException(
                    job.name() + " is finished: everything is exported, and there is nothing to continue."
                            + " To export everything again, into empty targets: penstock submit --fresh");
        }
        boolean alive = job.alive(record.flinkJob());
        if (alive && record.desired() == Desired.RUNNING) {
            return new Prepared(true, read, Optional.empty(), Optional.empty());
        }
        if (!alive) {
            job.requireNotElsewhere(record);
        }
        Optional<String> lost = Optional.empty();
        if (record.desired() == Desired.RUNNING) {
            requireNotFinished(read);
            lost = Optional.of(job.cluster()
                    .state(record.flinkJob())
                    .map(state -> "its last life has ended by itself: it is " + Words.of(state))
                    .orElse("the cluster does not know its last life"));
            // First the right to commit, then the search: what the last life committed is found by it.
            read = job.write(read, record.takenOver(OperatedJob.author()));
        } else if (alive) {
            job.stopping().cancelled(record.flinkJob());
        }
        boolean isLost = mayBeLost && Checkpoints.in(job.stateDir()).areLost(read.value());
        Optional<StoredState> from = isLost ? Optional.empty() : newest(read.value());
        return new Prepared(false, read, from, lost);
    }

    /** A bounded job that came to its end has left nothing to continue from, and it is noted that nothing is to be. */
    private void requireNotFinished(Versioned<JobRecord> read) throws IOException {
        if (job.finished(read.value().flinkJob())) {
            job.write(read, read.value().finished(OperatedJob.author()));
            throw new ClusterException(job.name() + " came to its end by itself: everything is exported");
        }
    }

    /** What a record says, or what the last life left. */
    private Optional<StoredState> newest(JobRecord record) {
        if (record.savepoint().isPresent()) {
            return record.savepoint().map(LifeStates::at);
        }
        return LifeStates.of(job.stateDir(), record.flinkJob()).newest().or(() -> record.startedFrom()
                .map(LifeStates::at));
    }

    /**
     * True for what a plain resumption of a job that does not run would begin at, and for what is newer than that. False when the
     * newest is damaged: sinks have committed what it holds, and any other is older.
     */
    public boolean isNewest(StoredState state) throws IOException {
        JobRecord record = job.record();
        try {
            return newest(record)
                    .map(newest -> newest.path().equals(state.path())
                            || (state.id() >= newest.id() && state.isOfLife(job.stateDir(), record.flinkJob())))
                    .orElse(false);
        } catch (ClusterException damaged) {
            return false;
        }
    }

    /**
     * Notes that the next life begins without a checkpoint, and exports again what came after some time.
     *
     * @param sourceTime the source's operation time, asked for after {@link #prepare}
     * @param details for the audit log
     */
    public Prepared lose(Prepared prepared, long sourceTime, Map<String, String> details) throws IOException {
        JobRecord next = prepared.read().value().checkpointsLost(sourceTime, OperatedJob.author());
        return new Prepared(false, job.write(prepared.read(), next, details), Optional.empty(), prepared.lost());
    }

    /**
     * Begins it.
     *
     * @param dropsState whether state that the job has no use for may be left behind: that of a sink that was removed
     * @return the record of the life that has begun
     */
    public JobRecord begin(Prepared prepared, boolean dropsState) throws IOException {
        Starting starting = job.starting();
        starting.requireSlots(job.plan().parallelism());
        return starting.begin(
                job.plan(), Optional.of(prepared.read()), prepared.from(), dropsState, start -> prepared.read()
                        .value()
                        .started(start, OperatedJob.author()));
    }
}
