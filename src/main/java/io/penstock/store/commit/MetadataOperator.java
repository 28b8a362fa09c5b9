/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataStore;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Writes into the job's metadata store what complete checkpoints cover, in one subtask, and says there that the job lives.
 *
 * <p>What is not known to be in the store stays in this operator's state: a checkpoint holds it until a later one does not need to any more. So whatever
 * happens between a checkpoint's end and the write is repeated by whoever restores it, and writing again changes nothing. While the store is away
 * entries gather; when those that wait for the store alone exceed a limit, no more are taken, which holds the job back until the store answers.
 *
 * <p>Not Sink V2's committer: that one knows of failing at once or trying again a few times, in the task's own thread.
 */
final class MetadataOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<MetadataEntry, Void>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    static final long MOST_BYTES = 64L << 20;
    private static final ListStateDescriptor<MetadataEntry> WAITING =
            new ListStateDescriptor<>("waiting", MetadataEntrySerializer.INSTANCE);

    /** Connects; in the task. */
    @FunctionalInterface
    interface Opener extends Supplier<MetadataStore>, Serializable {}

    private final Opener opener;
    private final long token;
    private final Duration heartbeat;

    private transient Buffer buffer;
    private transient ListState<MetadataEntry> waiting;
    private transient Commits commits;
    /** What is being written, and of which checkpoint; null when nothing is. */
    private transient CompletableFuture<Void> running;

    private transient Long runningCheckpoint;
    private transient boolean isEnded;
    private transient Counter written;

    /** @param heartbeat how often the lease is renewed; well below its length */
    MetadataOperator(Opener opener, long token, Duration heartbeat) {
        this.opener = opener;
        this.token = token;
        this.heartbeat = heartbeat;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        buffer = new Buffer();
        waiting = context.getOperatorStateStore().getListState(WAITING);
        List<MetadataEntry> restored = new ArrayList<>();
        waiting.get().forEach(restored::add);
        if (!restored.isEmpty()) {
            buffer.restored(context.getRestoredCheckpointId().orElseThrow(), restored);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        commits = new Commits(opener, token);
        MetricGroup metrics = getMetricGroup().addGroup("metadata");
        written = metrics.counter("written");
        metrics.gauge("waitingBytes", (Gauge<Long>) () -> buffer.completeBytes());
        metrics.gauge("repeated", (Gauge<Long>) commits::repeated);
        beat();
    }

    /** At once, and then again and again: other attempts are refused from the first on. */
    private void beat() throws IOException, InterruptedException {
        if (running == null) {
            start();
        }
        if (running == null) {
            running = commits.renew();
        }
        settle();
        long next = getProcessingTimeService().getCurrentProcessingTime() + heartbeat.toMillis();
        getProcessingTimeService().registerTimer(next, time -> beat());
    }

    @Override
    public void processElement(StreamRecord<MetadataEntry> element) throws Exception {
        buffer.add(element.getValue());
        settle();
        while (buffer.completeBytes() > MOST_BYTES) {
            await();
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        settle();
        buffer.checkpoint(context.getCheckpointId());
        waiting.update(buffer.all());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        buffer.completed(checkpointId);
        settle();
        // The last checkpoint of a job that ends: nobody comes after it.
        while (isEnded && buffer.next() != null) {
            await();
        }
    }

    @Override
    public void endInput() {
        isEnded = true;
    }

    private void await() throws IOException, InterruptedException {
        if (running != null) {
            Commits.await(running);
        }
        settle();
    }

    /** Takes note of what was written, and goes on with the next. */
    private void settle() throws IOException, InterruptedException {
        while (running == null || running.isDone()) {
            if (running != null) {
                Commits.await(running);
                finish(runningCheckpoint);
            }
            start();
            if (running == null) {
                return;
            }
        }
    }

    private void finish(Long checkpoint) {
        running = null;
        if (checkpoint != null) {
            written.inc(buffer.next().getValue().size());
            buffer.written(checkpoint);
        }
    }

    private void start() {
        Map.Entry<Long, List<MetadataEntry>> next = buffer.next();
        runningCheckpoint = next == null ? null : next.getKey();
        running = next == null ? null : commits.commit(next.getKey(), next.getValue());
    }

    @Override
    public void close() throws Exception {
        try {
            if (commits != null) {
                commits.close();
            }
        } finally {
            super.close();
        }
    }
}
