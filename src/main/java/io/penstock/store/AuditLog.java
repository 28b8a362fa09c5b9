/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What was done to a job and by whom, each entry chained to the one before. For any number of writers, in any number of threads and
 * processes.
 */
public interface AuditLog {
    /**
     * Appends an entry. Of several who append at the same time each is written, one after the other.
     *
     * @return the entry, which is durable now
     * @throws IOException when it cannot be told whether it was written; if it was, then once
     */
    AuditEntry append(AuditEvent event, Author author) throws IOException;

    /** The version of the job's record that the last entry of such a version names; empty when there is none. */
    OptionalLong lastRecord() throws IOException;

    /** Hands out all entries of the job, in the order of their numbers; they are not held in memory. */
    void read(Consumer<AuditEntry> reader) throws IOException;
}
