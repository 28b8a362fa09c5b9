/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.Increment;

/** Where the stream of a job of increments waits. It moves forward only. Only the enumerator's thread. */
final class IncrementEnd {
    private final Increment increment;
    private long time;

    /**
     * @param increment null for a job that goes on
     * @param restored where it was to wait when the checkpoint was taken: behind the rows of a pass, which the readers may have passed on
     */
    IncrementEnd(Increment increment, long restored) {
        this.increment = increment;
        if (increment != null) {
            time = later(increment.until(), restored);
        }
    }

    /** The cluster time to wait at; 0 for none. */
    long time() {
        return time;
    }

    /**
     * Rows were read at a time, and their window is part of the increment.
     *
     * @param greatestRead cluster time; 0 when there is no pass
     * @return whether the end has moved
     */
    boolean isMovedBehind(long greatestRead) {
        if (increment == null || greatestRead == 0) {
            return false;
        }
        long before = time;
        time = later(time, increment.boundBehind(greatestRead));
        return time != before;
    }

    private static long later(long one, long other) {
        return Long.compareUnsigned(one, other) >= 0 ? one : other;
    }
}
