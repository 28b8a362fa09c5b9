/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * A secret's variable is not set in the environment of the process that needs it, or its file is not there. A process's environment never
 * changes, and files are mounted before it starts, so Flink fails the job at once instead of starting it again.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class SecretNotSetException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public SecretNotSetException(String what) {
        super(what
                + ". A job finds its secrets in the environment, or in files, of the process where it runs; on a cluster those are"
                + " the JobManager and every TaskManager: set it there, and start them again");
    }
}
