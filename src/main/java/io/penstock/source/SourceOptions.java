/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.spec.SourceSpec;
import io.penstock.spec.SourceSpec.HistoryLost;
import io.penstock.spec.StartupSpec;
import io.penstock.spec.StartupSpec.Mode;
import java.io.Serializable;

/**
 * What the source is told, checked and without addresses.
 *
 * @param startAt for {@link Startup#TIMESTAMP} the cluster time to begin at
 * @param splitBytes the most that a split should hold
 * @param splitDocuments the most documents that a split should hold; 0 for no limit
 * @param documentsPerSecond of all readers; 0 for no limit
 * @param bytesPerSecond of all readers; 0 for no limit
 * @param adaptive whether to back off when the source's latency rises
 * @param postImages whether images that the server keeps are asked for
 * @param streamBatch the most events in one answer; 0 for the server's choice
 * @param resnapshots whether everything is read anew when the server no longer has the history that comes next; else the job fails
 * @param increment where the stream waits; null for a job that goes on
 * @param recovery where a job begins whose checkpoints are lost; null for others
 */
public record SourceOptions(
        Scope scope,
        Startup startup,
        long startAt,
        long splitBytes,
        long splitDocuments,
        long documentsPerSecond,
        long bytesPerSecond,
        boolean adaptive,
        boolean postImages,
        int streamBatch,
        boolean resnapshots,
        Increment increment,
        Recovery recovery)
        implements Serializable {

    /**
     * What a job file says.
     *
     * @param increment where a job of increments waits; null for others
     * @param recovery where a job begins whose checkpoints are lost; null for others
     */
    public static SourceOptions of(SourceSpec spec, boolean postImages, Increment increment, Recovery recovery) {
        StartupSpec startup = spec.startup();
        return new SourceOptions(
                Scope.of(spec.collections()),
                switch (startup.mode()) {
                    case INITIAL, INCREMENTAL, PROGRESS -> Startup.INITIAL;
                    case LATEST -> Startup.LATEST;
                    case TIMESTAMP -> Startup.TIMESTAMP;
                    case SNAPSHOT_ONLY -> Startup.SNAPSHOT_ONLY;
                },
                startup.timestamp() == null ? 0 : startup.timestamp().getEpochSecond() << 32,
                spec.snapshot().splitSize().getBytes(),
                spec.snapshot().maxDocumentsPerSplit(),
                spec.snapshot().maxDocumentsPerSecond(),
                spec.snapshot().maxBytesPerSecond().getBytes(),
                spec.snapshot().adaptive(),
                postImages,
                spec.stream().batchSize(),
                spec.onHistoryLost() == HistoryLost.RESNAPSHOT
                        && startup.mode().hasSnapshot()
                        && startup.mode() != Mode.SNAPSHOT_ONLY,
                increment,
                recovery);
    }

    /** Where a job without a checkpoint begins. */
    public enum Startup {
        /** A snapshot, and the changes. */
        INITIAL,
        /** The changes from now on. */
        LATEST,
        /** The changes from a given time on. */
        TIMESTAMP,
        /** A snapshot as of one point in time, then the job ends. */
        SNAPSHOT_ONLY;

        /** Whether what the collections hold at the beginning is read. */
        public boolean hasSnapshot() {
            return this == INITIAL || this == SNAPSHOT_ONLY;
        }
    }

    /** Whether the source ends by itself. */
    public boolean isBounded() {
        return startup == Startup.SNAPSHOT_ONLY;
    }
}
