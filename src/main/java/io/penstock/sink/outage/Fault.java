/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

/**
 * What a target's failure means.
 *
 * @param code what the target calls it, such as an SQLSTATE; never null
 * @param advice what a person can do about it, a sentence; empty when nobody has to, or the failure says it itself
 */
public record Fault(Kind kind, String code, String advice) {
    /** Who can help. */
    public enum Kind {
        /** Time: an election, a restart, a cut connection. Worth another attempt. */
        TRANSIENT,
        /** A person: credentials, a missing table, a full disk. More attempts only hide it. */
        SYSTEMIC,
        /** Nobody: the target takes other changes, and not this one. */
        RECORD
    }
}
