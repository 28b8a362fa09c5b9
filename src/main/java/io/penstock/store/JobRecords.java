/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Keeps the record of one job. Any number of processes may use it at the same time. */
public interface JobRecords extends AutoCloseable {
    /** The version of a job that has no record. */
    long NONE = 0;

    /**
     * The records in a job's state folder.
     *
     * @param stateDir a path of this machine, or the URI of one of Flink's file systems
     * @throws UnsupportedStoreException when that file system cannot let exactly one of two writers win
     */
    static JobRecords in(String stateDir) throws IOException {
        return FileJobRecords.in(stateDir);
    }

    /**
     * The records of a job: in its metadata store when it has one, else in its state folder. To be closed.
     *
     * @throws UnsupportedStoreException when there is no metadata store, and the state folder cannot let exactly one of two writers win
     * @throws io.penstock.spec.SecretNotSetException when the metadata store's address is not known in this process
     */
    static JobRecords of(JobSpec job) throws IOException {
        Optional<MetadataOptions> metadata = MetadataOptions.of(job);
        return metadata.isPresent()
                ? MovingRecords.open(metadata.get())
                : in(job.pipeline().stateDir());
    }

    /** What the last life's lease says of it; empty where records have no lease, or the job never ran. */
    default Optional<Leases.Held> lease() throws IOException {
        return Optional.empty();
    }

    /** Enters in the job's audit log what changes no record, such as a savepoint, once it was done; nothing where there is no log. */
    default void note(AuditEvent event, Author author) {}

    @Override
    default void close() {}

    /**
     * The newest version; empty when there is none.
     *
     * @throws UnreadableRecordException when it is there and makes no sense; names the file
     * @throws IOException when it cannot be read now
     */
    Optional<Versioned<JobRecord>> read() throws IOException;

    /**
     * Writes the next version, if the version that is there is the expected one. Of several that expect the same, exactly one gets true.
     *
     * @param expected a version that was read, or {@link #NONE}
     * @throws IOException when it cannot be told whether it was written; read it again
     */
    boolean compareAndSet(long expected, JobRecord next) throws IOException;

    /** The same, with what else is to be entered of it in the job's audit log, where there is one. */
    default boolean compareAndSet(long expected, JobRecord next, Map<String, String> details) throws IOException {
        return compareAndSet(expected, next);
    }

    /** The same as below, without details. */
    default Versioned<JobRecord> write(Optional<Versioned<JobRecord>> read, JobRecord next) throws IOException {
        return write(read, next, Map.of());
    }

    /**
     * Writes the record that follows one that was read.
     *
     * @param read what was read before
     * @param details what else is to be entered of it in the job's audit log
     * @return what is there now
     * @throws RecordChangedException when another has written meanwhile; says who
     */
    default Versioned<JobRecord> write(Optional<Versioned<JobRecord>> read, JobRecord next, Map<String, String> details)
            throws IOException {
        long expected = read.map(Versioned::version).orElse(NONE);
        if (!compareAndSet(expected, next, details)) {
            throw new RecordChangedException(next.name(), read().map(Versioned::value));
        }
        return new Versioned<>(expected + 1, next);
    }
}
