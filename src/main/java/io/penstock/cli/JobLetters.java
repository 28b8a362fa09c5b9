/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.deadletter.DeadLetterTargets;
import io.penstock.spec.DeadLettersSpec.Type;
import io.penstock.spec.JobSpec;
import io.penstock.store.AuditEvent;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecords;
import io.penstock.store.LetterStore;
import io.penstock.store.StateDir;
import io.penstock.store.UnsupportedStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A job's dead letters, for the commands on them. */
final class JobLetters implements AutoCloseable {
    private final JobSpec job;
    private final LetterStore letters;
    private final Optional<EmbeddedStore> server;

    private JobLetters(JobSpec job, LetterStore letters, Optional<EmbeddedStore> server) {
        this.job = job;
        this.letters = letters;
        this.server = server;
    }

    /**
     * Connects to where the job file says that they are; where that is the development server inside a run, starts it.
     *
     * @throws Failure when the job was never started here, or runs in another process that holds them
     */
    static JobLetters open(Path file) throws IOException {
        JobSpec job = JobFiles.read(file).below(Path.of("").toAbsolutePath());
        Optional<EmbeddedStore> server =
                job.deadLetters().type() == Type.METADATA ? Optional.of(EmbeddedStore.of(job)) : Optional.empty();
        JobSpec reached = server.map(EmbeddedStore::job).orElse(job);
        return new JobLetters(reached, DeadLetterTargets.open(reached), server);
    }

    JobSpec job() {
        return job;
    }

    LetterStore store() {
        return letters;
    }

    /** Whether the job is to be running, and so likely to see what is asked of it. */
    boolean runs() throws IOException {
        if (isRecordInARun()) {
            return isHeld();
        }
        try (JobRecords records = JobRecords.of(job)) {
            Optional<JobRecord> record = records.read().map(read -> read.value());
            return record.isPresent() && record.get().desired() == Desired.RUNNING;
        } catch (UnsupportedStoreException noRecord) {
            return true; // only Flink's own means start such a job, and leave no trace here
        }
    }

    /** Enters what was done in the job's audit log, where there is one; in one that only a run can reach it is not. */
    void note(AuditEvent event, Audit audit) throws IOException {
        if (isRecordInARun()) {
            audit.complain().accept("the audit log is in the run of " + job.name() + ", and was not written");
        } else if (job.metadata() != null) {
            try (JobRecords records = audit.records(job)) {
                records.note(event, Author.thisProcess());
            }
        }
    }

    /** The letters are elsewhere, so that the server that a run has inside was not started for this command. */
    private boolean isRecordInARun() {
        return job.metadata() != null && job.metadata().isEmbedded() && server.isEmpty();
    }

    private boolean isHeld() throws IOException {
        String folder = StateDir.of(job.pipeline().stateDir()).toUri().getPath();
        try (StateFolder free = StateFolder.open(Path.of(folder))) {
            return free == null;
        } catch (Failure held) {
            return true;
        }
    }

    @Override
    public void close() throws Exception {
        letters.close();
        if (server.isPresent()) {
            server.get().close();
        }
    }
}
