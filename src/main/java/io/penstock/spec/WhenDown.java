/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

/** What a sink does to the others while its target does not answer. */
public enum WhenDown {
    /** The job waits for it. */
    HOLD_BACK,
    /** It keeps what it has to write, within a bound, and the others go on. */
    FALL_BEHIND
}
