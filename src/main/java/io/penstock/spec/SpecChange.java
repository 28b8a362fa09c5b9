/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;

/**
 * One difference between two job files of one job, and what it means for a job that goes on from its state.
 *
 * @param key the key, as in {@code pipeline.parallelism}; a sink's by its name, as in {@code sinks[kafka].topic}
 * @param meaning what follows; when it is refused, why. Holds names of sinks and collections, and no other value
 * @param instead what to do instead; null when the change is compatible
 */
public record SpecChange(String key, String meaning, String instead) implements Serializable {

    static SpecChange compatible(String key, String whatFollows) {
        return new SpecChange(key, whatFollows, null);
    }

    static SpecChange refused(String key, String reason, String instead) {
        return new SpecChange(key, reason, instead);
    }

    /** Whether the job can go on with it. */
    public boolean isCompatible() {
        return instead == null;
    }

    /** {@code key: meaning}, and for a change that is refused what to do instead; a line for people. */
    @Override
    public String toString() {
        return key + ": " + meaning + (isCompatible() ? "" : "; " + instead);
    }
}
