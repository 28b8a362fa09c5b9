/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.eventtime.Watermark;
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
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/** A sink around another one that fails once at a chosen step, after it has written and committed something. */
@SuppressWarnings("unchecked")
final class MortalSink
        implements Sink<ChangeRecord>,
                SupportsCommitter<Object>,
                SupportsWriterState<ChangeRecord, Object>,
                SupportsPreCommitTopology<Object, Object> {
    private static final long serialVersionUID = 1L;

    /** The step at which the next one fails; null when none does. The cluster is in this process. */
    static final AtomicReference<Step> NEXT = new AtomicReference<>();

    /** Written since the last checkpoint, by whichever subtask, so that a failure concerns something. */
    private static volatile int written;

    private final Sink<ChangeRecord> sink;

    MortalSink(Sink<ChangeRecord> sink) {
        this.sink = sink;
    }

    static void dieAt(Step step) {
        NEXT.set(step);
        written = 0;
    }

    private static void at(Step step) throws IOException {
        if (written > 0 && NEXT.compareAndSet(step, null)) {
            throw new IOException("a failure, as the test wants it: " + step);
        }
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        return new Writer((StatefulSinkWriter<ChangeRecord, Object>) sink.createWriter(context));
    }

    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StatefulSinkWriter<ChangeRecord, Object> restoreWriter(
            WriterInitContext context, Collection<Object> recovered) throws IOException {
        return new Writer(((SupportsWriterState<ChangeRecord, Object>) sink).restoreWriter(context, recovered));
    }

    @Override
    public Committer<Object> createCommitter(CommitterInitContext context) throws IOException {
        Committer<Object> committer = ((SupportsCommitter<Object>) sink).createCommitter(context);
        return new Committer<>() {
            @Override
            public void commit(Collection<CommitRequest<Object>> requests) throws IOException, InterruptedException {
                if (!requests.isEmpty()) {
                    at(Step.BEFORE_COMMIT);
                }
                committer.commit(requests);
                if (!requests.isEmpty()) {
                    at(Step.AFTER_COMMIT);
                }
            }

            @Override
            public void close() throws Exception {
                committer.close();
            }
        };
    }

    @Override
    public DataStream<CommittableMessage<Object>> addPreCommitTopology(
            DataStream<CommittableMessage<Object>> committables) {
        return sink instanceof SupportsPreCommitTopology<?, ?>
                ? ((SupportsPreCommitTopology<Object, Object>) sink).addPreCommitTopology(committables)
                : committables;
    }

    @Override
    public SimpleVersionedSerializer<Object> getCommittableSerializer() {
        return ((SupportsCommitter<Object>) sink).getCommittableSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Object> getWriteResultSerializer() {
        return getCommittableSerializer();
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
            written++;
            if (written > 40) {
                at(Step.WRITE);
            }
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
            at(Step.PREPARED);
        }

        @Override
        public Collection<Object> prepareCommit() throws IOException, InterruptedException {
            return ((CommittingSinkWriter<ChangeRecord, Object>) writer).prepareCommit();
        }

        @Override
        public List<Object> snapshotState(long checkpointId) throws IOException {
            List<Object> state = writer.snapshotState(checkpointId);
            at(Step.SNAPSHOT);
            return state;
        }

        @Override
        public void close() throws Exception {
            writer.close();
        }
    }
}
