/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.SourceRecord;
import io.penstock.source.MongoSplit;
import io.penstock.source.fetch.Fetched;
import org.apache.flink.api.connector.source.SourceOutput;

/** A split as the reader's own thread knows it: behind what was emitted. Only that thread touches it. */
sealed interface SplitState permits SnapshotState, StreamState {

    /** Emits what there is to emit, and moves on. */
    void emit(Fetched fetched, SourceOutput<SourceRecord> output);

    /** The split to go on with. */
    MongoSplit split();

    /** The split with nothing left to read. */
    MongoSplit finished();

    static SplitState of(MongoSplit split) {
        return split instanceof io.penstock.source.SnapshotSplit snapshot
                ? new SnapshotState(snapshot)
                : new StreamState((io.penstock.source.StreamSplit) split);
    }
}
