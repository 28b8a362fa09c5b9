/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.PassMark;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.snapshot.Ids;
import org.apache.flink.api.connector.source.SourceOutput;

/** How far a snapshot split's rows were emitted. */
final class SnapshotState implements SplitState {
    private final SnapshotSplit start;
    private SnapshotRow last;
    private long readTime;
    private long documents;
    private long bytes;

    SnapshotState(SnapshotSplit start) {
        this.start = start;
        this.readTime = start.readTime();
        this.documents = start.documents();
        this.bytes = start.bytes();
    }

    @Override
    public void emit(Fetched fetched, SourceOutput<SourceRecord> output) {
        if (fetched instanceof Fetched.Row row) {
            output.collect(row.row(), row.row().version().timestamp());
            last = row.row();
            documents++;
            bytes += last.document().length;
            readTime = later(readTime, last.version().clusterTime());
        } else if (fetched instanceof Fetched.ReadTime time) {
            readTime = later(readTime, time.clusterTime());
        } else if (fetched instanceof Fetched.AllRead) {
            PassMark read = PassMark.read(start.namespace(), start.epoch(), start.epochStart(), readTime);
            output.collect(read, Version.timestamp(start.epochStart()));
        } else {
            throw new IllegalStateException("not of a snapshot: " + fetched.getClass());
        }
    }

    private static long later(long one, long other) {
        return Long.compareUnsigned(one, other) >= 0 ? one : other;
    }

    @Override
    public SnapshotSplit split() {
        return at(false);
    }

    @Override
    public SnapshotSplit finished() {
        return at(true);
    }

    private SnapshotSplit at(boolean finished) {
        return start.at(last == null ? start.last() : Ids.of(last.document()), readTime, documents, bytes, finished);
    }

    /** Documents that are still expected. */
    long pending() {
        return Math.max(0, start.estimated() - documents);
    }
}
