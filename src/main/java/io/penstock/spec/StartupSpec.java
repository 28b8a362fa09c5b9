/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Instant;

/**
 * Where a job begins that has no checkpoint.
 *
 * @param timestamp null unless the mode is {@link Mode#TIMESTAMP}
 */
public record StartupSpec(
        @Key(
                        value =
                                "Where a job without a checkpoint begins: `initial` reads a snapshot and the changes, `latest` the"
                                        + " changes from now on, `timestamp` the changes from a given time on, `snapshot-only` a snapshot"
                                        + " as of one point in time, then the job ends; `incremental` reads a snapshot and the"
                                        + " changes up to a window bound, then `penstock run` ends, and the next run goes on behind it;"
                                        + " `progress`, when the checkpoints are lost, goes on from what the metadata store knows: it exports the"
                                        + " changes since then once more, where the source still has them, and reads a snapshot anew. A job that has a"
                                        + " checkpoint, or that never ran, is not touched by that.",
                        fallback = "initial")
                Mode mode,
        @Key(
                        value =
                                "The cluster time to begin at, with `mode: timestamp` only: ISO 8601 with an offset, or milliseconds since 1970."
                                        + " The server's oplog has to reach back to it.",
                        optional = true)
                Instant timestamp)
        implements Serializable {

    /** Where a job begins; Flink CDC's spellings are understood too. */
    public enum Mode {
        INITIAL,
        @Spelling({"latest", "latest-offset"})
        LATEST,
        TIMESTAMP,
        @Spelling({"snapshot-only", "snapshot"})
        SNAPSHOT_ONLY,
        INCREMENTAL,
        PROGRESS;

        /** Whether what the collections hold at the beginning is read. */
        public boolean hasSnapshot() {
            return this != LATEST && this != TIMESTAMP;
        }
    }
}
