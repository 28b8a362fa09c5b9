/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

/** A fail point asks to close the connection instead of answering. */
final class ClosedByFailPoint extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedByFailPoint() {
        super("closed by a fail point", null, false, false);
    }
}
