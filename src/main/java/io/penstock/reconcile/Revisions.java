/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Version;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;

/**
 * The revision of each exported change: how many rollbacks happened at its cluster time or later.
 *
 * <p><b>Why that is enough.</b> A rollback takes the source's time t after the old life has lost its right to commit; what was exported
 * by then had been read from the source before, so its cluster time is at most t. What the next life exports again is therefore counted once
 * more than it was, and what is new is not counted at all. So no (key, version, revision) is exported twice, and no state is needed to know.
 */
final class Revisions implements Serializable {
    private static final long serialVersionUID = 1L;

    static final Revisions NONE = new Revisions(new long[0]);

    /** Growing, unsigned. */
    private final long[] rollbacks;

    private Revisions(long[] rollbacks) {
        this.rollbacks = rollbacks;
    }

    /**
     * After these rollbacks.
     *
     * @param rollbacks cluster times, growing, unsigned
     * @throws IllegalArgumentException when they do not grow
     */
    static Revisions after(Collection<Long> rollbacks) {
        long[] times = rollbacks.stream().mapToLong(Long::longValue).toArray();
        for (int i = 1; i < times.length; i++) {
            if (Long.compareUnsigned(times[i - 1], times[i]) > 0) {
                throw new IllegalArgumentException("rollbacks go back in time");
            }
        }
        return new Revisions(times);
    }

    /** Of a change's version. Called for each change: what is newer than the last rollback costs one comparison. */
    int of(Version version) {
        int later = 0;
        for (int i = rollbacks.length - 1;
                i >= 0 && Long.compareUnsigned(version.clusterTime(), rollbacks[i]) <= 0;
                i--) {
            later++;
        }
        return later;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Revisions that && Arrays.equals(rollbacks, that.rollbacks);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rollbacks);
    }
}
