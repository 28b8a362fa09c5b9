/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.penstock.spec.JobSpec;
import io.penstock.store.Author;
import io.penstock.store.Checkpoints;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.JobRecords;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/**
 * What a run reads from its job's record and writes into it: where it continues, that it is running, and how it ended. The lock of the
 * state folder keeps other runs of this machine away; the record's token keeps all others from committing. Used by one thread.
 */
final class RunRecord implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    /** What {@code continue.json} held, which stood for the record before there was one. */
    private record Pointer(String job, Optional<String> continuedFrom, boolean finished) {}

    private final JobSpec job;
    private final String jobFile;
    private final JobRecords records;
    private final Checkpoints checkpoints;
    private Optional<Versioned<JobRecord>> known;
    private boolean begun;

    private RunRecord(JobSpec job, String jobFile, JobRecords records) throws IOException {
        this.job = job;
        this.jobFile = jobFile;
        this.records = records;
        this.checkpoints = Checkpoints.in(job.pipeline().stateDir());
        this.known = records.read();
    }

    /**
     * Reads it.
     *
     * @param jobFile the job file's text, as the record keeps it
     * @param audit of the command that runs it
     */
    static RunRecord open(StateFolder state, JobSpec job, String jobFile, Audit audit) throws IOException {
        RunRecord record = new RunRecord(job, jobFile, audit.records(job));
        if (Files.exists(state.oldPointer())) {
            record.convert(state.oldPointer());
        }
        return record;
    }

    private void convert(java.nio.file.Path file) throws IOException {
        if (known.isEmpty()) {
            Pointer pointer;
            try {
                pointer = JSON.readValue(file.toFile(), Pointer.class);
            } catch (IOException e) {
                throw Failure.failed("cannot read " + file + ", which says where to continue: " + e.getMessage(), e);
            }
            Start start = new Start(pointer.job(), pointer.continuedFrom(), jobFile, Optional.empty());
            JobRecord running = JobRecord.first(job.name(), start, Author.thisProcess());
            write(pointer.finished() ? running.finished(Author.thisProcess()) : running);
        }
        Files.delete(file);
    }

    /**
     * Ends the right to commit of whoever is running, so that {@link #latest} can be asked for. An earlier run on this machine is gone,
     * since its lock is; a job on a cluster, or on a machine that shares the metadata store, may well be alive.
     *
     * @param takeOver whether the user asked for it
     * @throws Failure when it is on a cluster, or seems to be alive elsewhere, and the user did not
     */
    void endEarlierLife(boolean takeOver) throws IOException {
        JobRecord now = known.map(Versioned::value).orElse(null);
        if (now == null || now.desired() != Desired.RUNNING) {
            return;
        }
        if (now.cluster().isPresent() && !takeOver) {
            throw Failure.failed(now.name() + " is running " + now.where()
                    + ". Pause it there (penstock pause JOB), or take it from there with --take-over: then it commits nothing"
                    + " more, ends, and is continued here");
        }
        if (now.cluster().isEmpty() && !takeOver) {
            Leftover.requireGone(now, records.lease());
        }
        write(now.takenOver(Author.thisProcess()));
    }

    /** Whether the job ran before. */
    boolean isKnown() {
        return known.isPresent();
    }

    /** True when a bounded job came to its end. */
    boolean finished() {
        return known.map(record -> record.value().desired() == Desired.FINISHED).orElse(false);
    }

    /** The checkpoint or savepoint that the next start continues from; empty when there is none. */
    Optional<Path> latest() throws IOException {
        return known.isEmpty()
                ? Optional.empty()
                : checkpoints.latest(known.get().value());
    }

    /** Whether nothing is left that the next start could continue from. */
    boolean areCheckpointsLost() throws IOException {
        return known.isEmpty() || checkpoints.areLost(known.get().value());
    }

    /** Notes that the next life begins without a checkpoint, and exports again what came after some time. */
    void lose(LostCheckpoints.Found lost) throws IOException {
        JobRecord next = known.orElseThrow().value().checkpointsLost(lost.now(), Author.thisProcess());
        known = Optional.of(records.write(known, next, lost.start().details()));
    }

    /** How often something was exported again. */
    int rollbacks() {
        return known.map(record -> record.value().rollbacks().size()).orElse(0);
    }

    /** Forgets where earlier lives got to; what the embedded server keeps stays. */
    void forget() throws IOException {
        if (known.isPresent()) {
            write(known.get().value().forgotten(Author.thisProcess()));
        }
        checkpoints.removeAll();
    }

    /** The record of the life that this run is about to begin. */
    JobRecord next(String flinkJob, Optional<Path> from) {
        Start start = new Start(flinkJob, from.map(Object::toString), jobFile, Optional.empty());
        Author author = Author.thisProcess();
        if (known.isEmpty()) {
            return JobRecord.first(job.name(), start, author);
        }
        return known.get().value().started(start, author);
    }

    /**
     * Notes a life; to be called before it is submitted. Clears what no later one can need.
     *
     * @throws io.penstock.store.RecordChangedException when another start came first
     */
    void begin(JobRecord next) throws IOException {
        write(next);
        begun = true;
        checkpoints.removeAllBut(next);
    }

    /** Where the savepoint goes that ends a life. */
    String savepoints(String flinkJob) {
        return checkpoints.savepointsOf(flinkJob).toString();
    }

    /** Notes that a bounded job came to its end; Flink has deleted its checkpoints. */
    void finish() throws IOException {
        write(known.orElseThrow().value().finished(Author.thisProcess()));
    }

    /**
     * Notes that the run has ended, so that the job can go on anywhere; does nothing when that is noted, or no life was begun.
     *
     * @param savepoint with which it was stopped
     * @return who has taken the job over meanwhile; then nothing is noted
     */
    Optional<JobRecord> ended(Optional<String> savepoint) throws IOException {
        if (begun && known.get().value().desired() == Desired.RUNNING) {
            JobRecord paused = known.get().value().paused(savepoint, Author.thisProcess());
            if (records.compareAndSet(known.get().version(), paused)) {
                known = Optional.of(new Versioned<>(known.get().version() + 1, paused));
            }
        }
        return takenOverBy();
    }

    /** The record of another life that was begun since this one; empty when there is none. */
    Optional<JobRecord> takenOverBy() throws IOException {
        long mine = known.map(record -> record.value().token()).orElse(0L);
        return records.read().map(Versioned::value).filter(now -> now.token() > mine);
    }

    /** Notes that nothing runs here any more. */
    @Override
    public void close() throws IOException {
        try (records) {
            ended(Optional.empty());
        }
    }

    private void write(JobRecord next) throws IOException {
        known = Optional.of(records.write(known, next));
    }
}
