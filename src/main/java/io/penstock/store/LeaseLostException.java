/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Another life of the job has begun, so this one must not commit any more. Marked as not recoverable: a restart would find the same, so
 * Flink ends this life for good.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class LeaseLostException extends IOException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(long token, JobRecord now) {
        super("This run of " + now.name() + " has token " + token + ", and the job's record has token " + now.token()
                + ": " + why(token, now) + ". This one commits nothing more and ends; what it had not committed is"
                + " exported by the other. Nothing is lost or doubled");
    }

    /** The life of a token, and the record as it is now. */
    public static LeaseLostException of(long token, JobRecord now) {
        return new LeaseLostException(token, now);
    }

    private static String why(long token, JobRecord now) {
        return now.token() > token
                ? "the job was taken over by " + now.by() + " at " + now.at()
                        + now.cluster()
                                .map(address -> ", for the Flink cluster at " + address)
                                .orElse("")
                : "an older record was put back";
    }
}
