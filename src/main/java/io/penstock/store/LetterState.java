/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

/** What has become of a dead letter. Their names are part of what is stored. */
public enum LetterState {
    /** It waits for somebody. */
    OPEN,
    /** Its replay was asked for, and has not ended. Refused again, it is open again. */
    REQUESTED,
    /** Its change was exported after all. Nothing becomes of it any more. */
    REPLAYED,
    /** A newer change of its document was exported since, so its own must not be. Nothing becomes of it any more. */
    SUPERSEDED;

    /** Whether it counts against the limit of open letters. */
    public boolean isOpen() {
        return this == OPEN || this == REQUESTED;
    }
}
