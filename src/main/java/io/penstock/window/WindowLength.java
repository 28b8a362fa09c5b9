/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Version;
import java.io.Serializable;
import java.time.Duration;

/**
 * The arithmetic of windows: half-open intervals of cluster time, numbered absolutely, so that every run cuts the same history alike.
 *
 * @param millis a window's length, whole seconds in milliseconds
 */
record WindowLength(long millis) implements Serializable {
    WindowLength {
        if (millis < 1000 || millis % 1000 != 0) {
            throw new IllegalArgumentException("a window is of whole seconds, and not of " + millis + " ms");
        }
    }

    static WindowLength of(Duration length) {
        return new WindowLength(length.toMillis());
    }

    /** The window that a cluster time falls into. */
    long windowOf(long clusterTime) {
        return Math.floorDiv(Version.timestamp(clusterTime), millis);
    }

    /** A window's first millisecond. */
    long start(long window) {
        return Math.multiplyExact(window, millis);
    }

    /** The first millisecond behind a window. */
    long end(long window) {
        return Math.multiplyExact(window + 1, millis);
    }

    /** The watermark that says that all of a window has come. */
    long closing(long window) {
        return end(window) - 1;
    }
}
