/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import java.io.IOException;

/** Carries a failure that is not the target's out of a step at the target, unseen by the target's fault table. */
final class NotTheTargetException extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException failure;

    NotTheTargetException(IOException failure) {
        super(failure);
        this.failure = failure;
    }

    IOException failure() {
        return failure;
    }
}
