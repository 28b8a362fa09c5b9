/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A sink around another one that fails at any step. */
@SuppressWarnings("unchecked")
final class MortalSink extends MortalCommits<ChangeRecord> implements SupportsWriterState<ChangeRecord, Object> {
    private static final long serialVersionUID = 1L;

    MortalSink(Sink<ChangeRecord> sink) {
        super(sink);
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        return new Writer((StatefulSinkWriter<ChangeRecord, Object>) sink.createWriter(context));
    }

    @Override
    public StatefulSinkWriter<ChangeRecord, Object> restoreWriter(
            WriterInitContext context, Collection<Object> recovered) throws IOException {
        return new Writer(((SupportsWriterState<ChangeRecord, Object>) sink).restoreWriter(context, recovered));
    }

    @Override
    public SimpleVersionedSerializer<Object> getWriterStateSerializer() {
        return ((SupportsWriterState<ChangeRecord, Object>) sink).getWriterStateSerializer();
    }

    private record Writer(StatefulSinkWriter<ChangeRecord, Object> writer)
            implements StatefulSinkWriter<ChangeRecord, Object>, CommittingSinkWriter<ChangeRecord, Object> {
        @Override
        public void write(ChangeRecord change, Context context) throws IOException, InterruptedException {
            writer.write(change, context);
            Death.written();
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
            Death.reached(Step.PREPARED);
        }

        @Override
        public Collection<Object> prepareCommit() throws IOException, InterruptedException {
            return ((CommittingSinkWriter<ChangeRecord, Object>) writer).prepareCommit();
        }

        @Override
        public List<Object> snapshotState(long checkpointId) throws IOException {
            List<Object> state = writer.snapshotState(checkpointId);
            Death.reached(Step.SNAPSHOT);
            return state;
        }

        @Override
        public void close() throws Exception {
            writer.close();
        }
    }
}
