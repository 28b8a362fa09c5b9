/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/** A job's record is there and cannot be understood. */
public final class UnreadableRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableRecordException(String file, String why, Throwable cause) {
        super(
                "the job's record " + file + " cannot be read: " + why
                        + ". It says where the job continues. Put the file back as it was; or, when its content is lost"
                        + " and no process runs the job, remove this one file: then the version before counts, which may"
                        + " begin further back and export some changes a second time",
                cause);
    }
}
