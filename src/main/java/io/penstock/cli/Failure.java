/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

/** A command that cannot do what it was asked for, with the sentence that its user should read and the exit code. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The command was understood, and failed. */
    static final int FAILED = 1;

    /** The command, or the job file that it was given, is wrong. */
    static final int USAGE = 2;

    private final int exitCode;

    private Failure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Exit code 1. */
    static Failure failed(String message) {
        return new Failure(FAILED, message, null);
    }

    /** Exit code 1, with the cause for {@code --verbose}. */
    static Failure failed(String message, Throwable cause) {
        return new Failure(FAILED, message, cause);
    }

    /** Exit code 2. */
    static Failure usage(String message) {
        return new Failure(USAGE, message, null);
    }

    int exitCode() {
        return exitCode;
    }
}
