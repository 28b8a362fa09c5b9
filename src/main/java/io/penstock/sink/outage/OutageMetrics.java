/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What is told of a target that may be away, in the group {@code outage}. Written by the thread that talks to the target, read by reporters. */
public final class OutageMetrics {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Counter attempts;
    private final Counter retries;
    private volatile boolean isOpen;
    private volatile long openedAt;
    private volatile long bufferedRecords;
    private volatile long oldestBuffered;

    public OutageMetrics(MetricGroup parent) {
        MetricGroup group = parent.addGroup("outage");
        // Calls to the target, those that were repeated too.
        attempts = group.counter("attempts");
        // Of these, how many came behind one that failed.
        retries = group.counter("retries");
        // How long the target has been failing by now, in milliseconds; 0 when it answers.
        group.gauge("openTime", (Gauge<Long>) () -> isOpen ? since(openedAt) : 0L);
        // Changes that were taken and are not in the target yet.
        group.gauge("bufferedRecords", (Gauge<Long>) () -> bufferedRecords);
        // How long the oldest of them has waited, in milliseconds; 0 when there is none.
        group.gauge("oldestBufferedAge", (Gauge<Long>) () -> bufferedRecords == 0 ? 0L : since(oldestBuffered));
    }

    private static long since(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_MILLI;
    }

    void attempt(boolean isRetry) {
        attempts.inc();
        if (isRetry) {
            retries.inc();
        }
    }

    void failed() {
        if (!isOpen) {
            openedAt = System.nanoTime();
            isOpen = true;
        }
    }

    void succeeded() {
        isOpen = false;
    }

    /**
     * Says what waits.
     *
     * @param oldestNanos {@link System#nanoTime()} when the oldest was taken; of no meaning when nothing waits
     */
    public void buffered(long records, long oldestNanos) {
        oldestBuffered = oldestNanos;
        bufferedRecords = records;
    }
}
