/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

/** Where the server takes the time of day from; cluster times follow it. */
@FunctionalInterface
public interface ServerClock {
    /** Milliseconds since 1970. */
    long millis();

    /** The machine's clock. */
    static ServerClock system() {
        return System::currentTimeMillis;
    }

    /** A clock that stands still until it is told to go. */
    static SteppedClock steppedFrom(long epochSeconds) {
        return new SteppedClock(epochSeconds);
    }
}
