/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import java.io.IOException;

/** The database is not as the job file needs it, or the job file not as the database does; the message says what to do. */
final class NotPreparedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotPreparedException(String message) {
        super(message);
    }

    NotPreparedException(String message, Throwable cause) {
        super(message, cause);
    }
}
