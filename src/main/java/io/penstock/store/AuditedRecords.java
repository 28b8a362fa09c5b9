/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's records, whose every change is entered in the job's audit log by whoever makes it.
 *
 * <p><b>First the record, then the entry.</b> A change that was refused, because somebody else was faster, leaves no trace. A change that was
 * made stands, though the entry could not be written or its writer was killed: the record decides who may commit, and a job that is half
 * stopped would be worse than an entry that comes late. The sentence that says so is given to the user, and whoever changes the record
 * next enters what it finds. Two such changes in a row leave a version without an entry, which {@link AuditChain} names.
 */
public final class AuditedRecords implements JobRecords {
    private static final Logger LOG = LoggerFactory.getLogger(AuditedRecords.class);

    private final JobRecords records;
    private final AuditLog log;
    private final JobFileChanges changes;
    private final Map<String, String> context;
    private final Consumer<String> complain;

    /**
     * Makes them.
     *
     * @param context details of every entry: the command that was typed, its parallelism
     * @param complain gets a sentence when an entry could not be written
     */
    public AuditedRecords(
            JobRecords records,
            AuditLog log,
            JobFileChanges changes,
            Map<String, String> context,
            Consumer<String> complain) {
        this.records = records;
        this.log = log;
        this.changes = changes;
        this.context = Map.copyOf(context);
        this.complain = complain;
    }

    /**
     * The records of a job, with the log where it has a metadata store. To be closed.
     *
     * @throws IOException as {@link JobRecords#of}
     */
    public static JobRecords of(
            JobSpec job, JobFileChanges changes, Map<String, String> context, Consumer<String> complain)
            throws IOException {
        Optional<MetadataOptions> options = MetadataOptions.of(job);
        if (options.isEmpty()) {
            return JobRecords.of(job);
        }
        MetadataStore store = MetadataStore.open(options.get());
        return new AuditedRecords(MovingRecords.of(store, options.get()), store.audit(), changes, context, complain);
    }

    @Override
    public Optional<Versioned<JobRecord>> read() throws IOException {
        return records.read();
    }

    @Override
    public boolean compareAndSet(long expected, JobRecord next) throws IOException {
        return compareAndSet(expected, next, Map.of());
    }

    @Override
    public boolean compareAndSet(long expected, JobRecord next, Map<String, String> details) throws IOException {
        Optional<Versioned<JobRecord>> before = records.read();
        if (before.map(Versioned::version).orElse(NONE) != expected || !records.compareAndSet(expected, next)) {
            return false;
        }
        Versioned<JobRecord> after = new Versioned<>(expected + 1, next);
        Author author = new Author(next.by(), next.at());
        enter(() -> {
            if (before.isPresent() && log.lastRecord().orElse(expected) < expected) {
                log.append(RecordEvents.found(before.get()).with(context), author);
            }
            for (AuditEvent event : RecordEvents.of(before, after, changes)) {
                log.append(event.with(context).with(details), author);
            }
        });
        return true;
    }

    @Override
    public Optional<Leases.Held> lease() throws IOException {
        return records.lease();
    }

    @Override
    public void close() {
        records.close();
    }

    @Override
    public void note(AuditEvent event, Author author) {
        enter(() -> log.append(event.with(context), author));
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void enter(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            LOG.error("The audit log could not be written", e);
            complain.accept("the audit log could not be written: " + e.getMessage()
                    + ". What this command does goes on; the log's next writer enters what it finds");
        }
    }
}
