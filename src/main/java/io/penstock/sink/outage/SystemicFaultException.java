/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

import java.io.IOException;

/** What a person has to mend at a target. Flink starts the job again by its strategy, so that it goes on once that is done. */
public final class SystemicFaultException extends IOException {
    private static final long serialVersionUID = 1L;

    SystemicFaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
