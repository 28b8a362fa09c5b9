/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.staged.Batch;
import io.penstock.sink.staged.StagedRow;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Writes the changes of one subtask into their collections, a batch at a time, and all of them before a checkpoint: what it covers is there when
 * it is complete. Runs in the writer's task thread.
 */
final class UpsertWriter implements SinkWriter<ChangeRecord> {
    private static final int BATCH_CHANGES = 1000;
    private static final long BATCH_BYTES = 8 << 20;

    /** How long a change waits for others to be written with, in milliseconds. */
    private static final long LINGER = 100;

    private final MongoTarget target;
    private final MongoClient client;
    private final MongoSinkSpec spec;
    private final GuardedWrites writes;
    private final Fence fence;
    private final SetAside setAside;
    private final ProcessingTimeService timers;
    private final SinkWriterMetricGroup metrics;
    private final Map<Namespace, String> targetOf = new HashMap<>();
    private final Batch batch = new Batch();
    private boolean isTimed;

    UpsertWriter(
            MongoTarget target,
            MongoClient client,
            OwnCollections own,
            MongoSinkSpec spec,
            Fence fence,
            SetAside setAside,
            ProcessingTimeService timers,
            SinkWriterMetricGroup metrics) {
        this.target = target;
        this.client = client;
        this.spec = spec;
        this.writes = new GuardedWrites(own, spec.metadataField());
        this.fence = fence;
        this.setAside = setAside;
        this.timers = timers;
        this.metrics = metrics;
    }

    @Override
    public void write(ChangeRecord change, Context context) throws IOException {
        batch.add(targetOf.computeIfAbsent(change.namespace(), target::targetOf), change);
        if (batch.isFull(BATCH_BYTES, BATCH_CHANGES)) {
            send();
        } else if (!isTimed) {
            isTimed = true;
            timers.registerTimer(timers.getCurrentProcessingTime() + LINGER, time -> {
                isTimed = false;
                send();
            });
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        send();
    }

    private void send() throws IOException {
        List<StagedDocument> documents = new ArrayList<>();
        for (Map.Entry<String, Collection<StagedRow>> each : batch.byTarget().entrySet()) {
            for (StagedRow row : each.getValue()) {
                documents.add(StagedDocument.of(each.getKey(), row, spec.metadataField()));
            }
        }
        if (documents.isEmpty()) {
            return;
        }
        fence.requireHeld();
        try {
            writes.write(documents);
        } catch (MongoException e) {
            throw MongoFailure.cannot("write " + documents.size() + " changes of sink " + spec.name(), e);
        }
        for (StagedDocument document : documents) {
            metrics.getNumRecordsSendCounter().inc();
            if (!document.isDelete()) {
                metrics.getNumBytesSendCounter()
                        .inc(document.document().getByteBuffer().remaining());
            }
        }
        batch.clear();
    }

    @Override
    public void close() {
        try {
            client.close();
        } finally {
            setAside.close();
            fence.close();
        }
    }
}
