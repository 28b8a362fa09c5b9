/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.concurrent.atomic.AtomicLong;

/** A clock for scripted histories: it stands still until it is stepped, so that cluster times are known beforehand. */
public final class SteppedClock implements ServerClock {
    private final AtomicLong millis;

    SteppedClock(long epochSeconds) {
        millis = new AtomicLong(epochSeconds * 1000);
    }

    @Override
    public long millis() {
        return millis.get();
    }

    /** Goes forward (or, to provoke a fault, backward: cluster time itself never does) by some seconds. */
    public void step(long seconds) {
        millis.addAndGet(seconds * 1000);
    }

    /** Goes to a time, in seconds since 1970. */
    public void set(long epochSeconds) {
        millis.set(epochSeconds * 1000);
    }
}
