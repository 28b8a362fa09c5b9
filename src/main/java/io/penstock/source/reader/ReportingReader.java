/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.SourceRecord;
import io.penstock.source.MongoSplit;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.SourceMessage.SplitsAt;
import io.penstock.source.StreamSplit;
import io.penstock.source.fetch.FaultLog;
import io.penstock.store.SplitProgress;
import java.util.List;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/** A reader that tells the enumerator what of its splits goes into each checkpoint: exactly that, for it is made of their state. */
public final class ReportingReader extends ForwardingReader {
    private final SourceReaderContext context;
    private final FaultLog faults;

    public ReportingReader(
            SourceReader<SourceRecord, MongoSplit> reader, SourceReaderContext context, FaultLog faults) {
        super(reader);
        this.context = context;
        this.faults = faults;
    }

    @Override
    public List<MongoSplit> snapshotState(long checkpoint) {
        List<MongoSplit> splits = super.snapshotState(checkpoint);
        FaultLog.Seen seen = faults.seen();
        context.sendSourceEventToCoordinator(new SplitsAt(
                checkpoint, splits.stream().map(split -> progress(split, seen)).toList()));
        return splits;
    }

    private static SplitProgress progress(MongoSplit split, FaultLog.Seen faults) {
        if (split instanceof SnapshotSplit range) {
            return new SplitProgress(
                    range.splitId(),
                    range.namespace().toString(),
                    range.epoch(),
                    null,
                    range.readTime(),
                    range.documents(),
                    range.bytes(),
                    range.estimated(),
                    faults.count(),
                    faults.last(),
                    range.isFinished());
        }
        StreamSplit stream = (StreamSplit) split;
        return new SplitProgress(
                stream.splitId(),
                null,
                0,
                stream.position().token(),
                stream.position().clusterTime(),
                0,
                0,
                0,
                faults.count(),
                faults.last(),
                stream.isFinished());
    }
}
