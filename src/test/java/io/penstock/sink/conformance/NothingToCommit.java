/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A sink that writes at once, with something to commit all the same, so that it can die there too. */
final class NothingToCommit
        implements Sink<ChangeRecord>, SupportsCommitter<Object>, SupportsWriterState<ChangeRecord, Object> {
    private static final long serialVersionUID = 1L;

    private final Sink<ChangeRecord> sink;

    NothingToCommit(Sink<ChangeRecord> sink) {
        this.sink = sink;
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        return new Writer(sink.createWriter(context));
    }

    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StatefulSinkWriter<ChangeRecord, Object> restoreWriter(
            WriterInitContext context, Collection<Object> recovered) throws IOException {
        return new Writer(sink.createWriter(context));
    }

    @Override
    public Committer<Object> createCommitter(CommitterInitContext context) {
        return new Committer<>() {
            @Override
            public void commit(Collection<CommitRequest<Object>> requests) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public SimpleVersionedSerializer<Object> getCommittableSerializer() {
        return new Nothing();
    }

    @Override
    public SimpleVersionedSerializer<Object> getWriterStateSerializer() {
        return new Nothing();
    }

    private record Writer(SinkWriter<ChangeRecord> writer)
            implements StatefulSinkWriter<ChangeRecord, Object>, CommittingSinkWriter<ChangeRecord, Object> {
        @Override
        public void write(ChangeRecord change, Context context) throws IOException, InterruptedException {
            writer.write(change, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public Collection<Object> prepareCommit() {
            return List.of("nothing");
        }

        @Override
        public List<Object> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public void close() throws Exception {
            writer.close();
        }
    }

    private static final class Nothing implements SimpleVersionedSerializer<Object> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Object nothing) {
            return new byte[0];
        }

        @Override
        public Object deserialize(int version, byte[] serialized) {
            return "nothing";
        }
    }
}
