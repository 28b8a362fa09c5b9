/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What a run has done since it was started, at a moment. Numbers begin at zero with each start, also with the ones that
 * Flink makes after a failure.
 *
 * @param nanos the moment, as of {@link System#nanoTime()}
 * @param rows of the snapshot that were read
 * @param events of the change stream that were read
 * @param changes handed to the sinks
 * @param lag milliseconds between the stream's position and now; empty while there is none
 * @param restarts how often Flink started the job again
 * @param snapshots how far each collection's snapshot has come, by name
 */
record RunStatus(
        long nanos,
        long rows,
        long events,
        long changes,
        OptionalLong lag,
        long restarts,
        Map<String, SnapshotProgress> snapshots) {

    /** How far the snapshot of a collection has come; the expected number is the server's estimate. */
    record SnapshotProgress(long read, long expected) {}

    /** Where the numbers begin. */
    static RunStatus beginning() {
        return new RunStatus(System.nanoTime(), 0, 0, 0, OptionalLong.empty(), 0, Map.of());
    }

    /** Records read in a second since another status; 0 when Flink has begun to count anew in between. */
    long readPerSecond(RunStatus before) {
        return perSecond(rows + events - before.rows - before.events, before);
    }

    /** Changes exported in a second since another status. */
    long changesPerSecond(RunStatus before) {
        return perSecond(changes - before.changes, before);
    }

    private long perSecond(long count, RunStatus before) {
        long millis = Math.max(1, (nanos - before.nanos) / 1_000_000);
        return Math.max(0, count) * 1000 / millis;
    }
}
