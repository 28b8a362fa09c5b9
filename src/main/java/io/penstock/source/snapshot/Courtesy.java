/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Backs off when the source's own latency rises: operational writes come first. Once a second it times a command that does
 * nothing. Against the lowest latency seen lately, more than three times that (and 5 ms) halves the share of time that is
 * read in, down to a sixteenth; less lets it grow again step by step. One fetcher's thread.
 */
final class Courtesy {
    private static final long EVERY = Duration.ofSeconds(1).toNanos();
    private static final long SLACK = Duration.ofMillis(5).toNanos();
    private static final int STEPS = 4;

    private final LongSupplier nanoTime;
    private final LongSupplier ping;
    private double usual = Double.MAX_VALUE;
    private int backedOff;
    private long askedAt;
    private long readSince;

    /** @param ping times a command, in nanoseconds */
    Courtesy(LongSupplier nanoTime, LongSupplier ping) {
        this.nanoTime = nanoTime;
        this.ping = ping;
        this.askedAt = nanoTime.getAsLong();
        this.readSince = askedAt;
    }

    /** How long to wait now; called after each batch. */
    Duration pause() {
        long now = nanoTime.getAsLong();
        if (now - askedAt >= EVERY) {
            askedAt = now;
            observe(ping.getAsLong());
        }
        long reading = now - readSince;
        long pause = reading * ((1L << backedOff) - 1);
        readSince = now + pause;
        return Duration.ofNanos(Math.min(pause, EVERY));
    }

    private void observe(long latency) {
        if (latency > usual * 3 + SLACK) {
            backedOff = Math.min(STEPS, backedOff + 1);
        } else {
            backedOff = Math.max(0, backedOff - 1);
        }
        // The usual latency creeps up, so that a server that became slower for good is not shunned for ever.
        usual = Math.min(latency, usual * 1.01);
    }
}
