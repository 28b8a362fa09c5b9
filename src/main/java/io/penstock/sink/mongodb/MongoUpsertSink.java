/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.store.Fence;
import java.io.IOException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Collections that follow the exported ones with little delay: changes are written as they come, not when their checkpoint is complete. After a
 * failure those since the last checkpoint are written again, at least once in all; each write is guarded by its version, so that no document
 * ever goes back and the end is the same. A sink without state.
 *
 * <p>Not flink-connector-mongodb's sink. That one turns a change into one write for the one collection that it was made for, so that no tombstone
 * can be looked up or left, and a write that a guard refuses, which is an answer and no error, fails its batch, is tried again, and fails
 * the job.
 */
public final class MongoUpsertSink implements Sink<ChangeRecord> {
    private static final long serialVersionUID = 1L;

    private final MongoTarget target;
    private final Fence fence;
    private final DeadLetterPolicy letters;

    /**
     * @param fence of the life that this sink is part of; asked before each batch
     * @param letters what becomes of changes that the target refuses
     */
    public MongoUpsertSink(MongoTarget target, Fence fence, DeadLetterPolicy letters) {
        this.target = target;
        this.fence = fence;
        this.letters = letters;
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) {
        return target.openWriter(fence, letters, context.getProcessingTimeService(), context.metricGroup());
    }

    /** Flink 1.20's deprecated form, which it still declares and does not call; later releases do not know it. */
    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) throws IOException {
        throw new UnsupportedOperationException("createWriter(WriterInitContext) is the one that is called");
    }
}
