/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

/** Tells a target's failures apart, by its error codes. Pure. */
@FunctionalInterface
public interface FaultTable {
    /** What a failure means; looks at its causes too. One that the table does not know is transient: a restart may help, and nothing is lost. */
    Fault of(Throwable failure);
}
