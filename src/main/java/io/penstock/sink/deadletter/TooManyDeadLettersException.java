/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import java.io.IOException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/** A target refuses more than a job's limits allow. Starting again would not help: marked as not recoverable, so that Flink does not. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class TooManyDeadLettersException extends IOException {
    private static final long serialVersionUID = 1L;

    TooManyDeadLettersException(String message) {
        super(message);
    }
}
