/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/** A sink around another one that fails before or after it has committed. */
@SuppressWarnings("unchecked")
class MortalCommits<T> implements Sink<T>, SupportsCommitter<Object>, SupportsPreCommitTopology<Object, Object> {
    private static final long serialVersionUID = 1L;

    protected final Sink<T> sink;

    MortalCommits(Sink<T> sink) {
        this.sink = sink;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return sink.createWriter(context);
    }

    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<T> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Committer<Object> createCommitter(CommitterInitContext context) throws IOException {
        Committer<Object> committer = ((SupportsCommitter<Object>) sink).createCommitter(context);
        return new Committer<>() {
            @Override
            public void commit(Collection<CommitRequest<Object>> requests) throws IOException, InterruptedException {
                if (!requests.isEmpty()) {
                    Death.reached(Step.BEFORE_COMMIT);
                }
                committer.commit(requests);
                if (!requests.isEmpty()) {
                    Death.reached(Step.AFTER_COMMIT);
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
}
