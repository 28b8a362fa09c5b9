/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * So many units a second, with one second's worth saved up at most. A debt is allowed, so that a batch larger than a second's
 * worth passes, and is waited for afterwards. One fetcher's thread.
 */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final LongSupplier nanoTime;
    private double available;
    private long filledAt;

    /** @param perSecond 0 for no limit */
    RateLimit(double perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.available = perSecond;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Takes units, and says how long to wait before the next. */
    Duration take(long units) {
        if (perSecond <= 0) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong();
        available = Math.min(perSecond, available + (now - filledAt) / NANOS * perSecond) - units;
        filledAt = now;
        return available >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-available / perSecond * NANOS));
    }
}
