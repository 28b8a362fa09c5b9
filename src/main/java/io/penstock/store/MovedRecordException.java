/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/** A job's record is no longer beside its checkpoints, but in a metadata store, which whoever asked does not know of. */
public final class MovedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient JobRecord record;

    MovedRecordException(String database, JobRecord record) {
        super("the record of " + record.name() + " was moved into a metadata store (database " + database + ") by "
                + record.by() + " at " + record.at()
                + ". It says where the job continues. Put the section 'metadata' back into the job file");
        this.record = record;
    }

    /** The record as it was when it was moved: of the first life that is in the store. */
    JobRecord record() {
        return record;
    }
}
