/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import com.mongodb.MongoException;
import java.io.IOException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The server knows the job's user not, or does not let it do what the job needs. Trying again does not help until a person has
 * changed something, so Flink fails the job at once instead of starting it again.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class SourceRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    SourceRefusedException(String doing, MongoException cause) {
        super(
                doing + " was refused: " + cause.getMessage()
                        + " Give the user what docs/security.md lists (`penstock plan JOB` names what is missing), or"
                        + " correct user and password in the connection string, and run again: it continues.",
                cause);
    }
}
