/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

/** How a process ended. */
public record Ended(String name, long pid, How how) {
    /** The ways to end. */
    public enum How {
        /** It was not there any more. */
        GONE,
        /** SIGTERM was enough. */
        TERMINATED,
        /** It did not react to SIGTERM in 20 seconds. */
        KILLED
    }
}
