/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

import java.io.IOException;

/** A target has not answered for as long as a checkpoint can wait. Flink starts the job again, and nothing is lost. */
public final class TargetDownException extends IOException {
    private static final long serialVersionUID = 1L;

    TargetDownException(String message, Throwable cause) {
        super(message, cause);
    }
}
