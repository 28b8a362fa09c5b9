/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import io.penstock.record.SourceRecord;
import io.penstock.store.DeadLetterTarget;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The dead letters whose replay was asked for, beside the source of documents; at parallelism 1. It has no splits and no state: the place where
 * letters are kept says which are still to go.
 *
 * <p><b>Exactly once.</b> A letter goes out once in a life of the reader. What a completed checkpoint holds of it is settled by the sink's
 * committer with that checkpoint, or as soon as the checkpoint is restored; what none holds was never exported. So a reader that waits for the first checkpoint
 * of its own life before it asks finds settled whatever an earlier life had sent for good, and asks for the rest.
 *
 * <p>It ends its event time at the start, so as to hold back nobody's watermark.
 */
public final class ReplaySource implements Source<SourceRecord, NoSplit, Void>, ResultTypeQueryable<SourceRecord> {
    private static final long serialVersionUID = 1L;

    private final DeadLetterTarget letters;

    public ReplaySource(DeadLetterTarget letters) {
        this.letters = letters;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<SourceRecord, NoSplit> createReader(SourceReaderContext context) {
        return new ReplayReader(letters);
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new NoEnumerator();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Void checkpoint) {
        return new NoEnumerator();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoState<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new NoState<>();
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
        return SourceRecord.TYPE;
    }
}
