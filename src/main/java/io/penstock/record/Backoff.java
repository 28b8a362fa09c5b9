/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.time.Duration;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that many who failed together do not come back together.
 *
 * @param first the longest wait after the first fault; doubled with each further one
 * @param longest how far that grows
 */
public record Backoff(Duration first, Duration longest) {
    private static final int MANY = 30;

    /**
     * The wait after a fault.
     *
     * @param faults how many there were in a row, with this one: 1 and more
     * @param random 0 to 1
     */
    public Duration after(int faults, double random) {
        long ceiling = Math.min(longest.toNanos(), first.toNanos() << Math.min(faults - 1, MANY));
        return Duration.ofNanos((long) (ceiling * random));
    }
}
