/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.outage.OutageMetrics;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Stages the changes of one subtask, a portion at a time; what was staged since the last checkpoint is handed to the committer with the
 * next. Runs in the writer's task thread; a thread of its own talks to the target, which it tries again and again when it is away, for as long as a checkpoint can
 * wait. Meanwhile the writer takes what fits its bound, then waits, and so do the operators before it, up to the source.
 */
final class StagingWriter
        implements CommittingSinkWriter<ChangeRecord, Stage>, StatefulSinkWriter<ChangeRecord, Stage> {
    private final Stager stager;
    private final StagingThread thread;
    private Portion filling = new Portion();

    /**
     * Begins to stage.
     *
     * @param sink its name in the job file
     * @param areas closed with the writer
     * @param restoredCheckpoint the checkpoint that the job goes on from; 0 when it begins
     */
    StagingWriter(
            String sink,
            StagedTarget target,
            Reopening<StagingArea> areas,
            int subtask,
            long restoredCheckpoint,
            SinkWriterMetricGroup metrics,
            OutageMetrics outage) {
        this.stager = new Stager(sink, target, areas, subtask, restoredCheckpoint, metrics);
        this.thread = new StagingThread("stage " + sink + " " + subtask, outage, new StagingThread.Staging() {
            @Override
            public void stage(Portion portion) throws IOException {
                stager.stage(portion);
            }

            @Override
            public void close() throws Exception {
                stager.close();
            }
        });
    }

    @Override
    public void write(ChangeRecord change, Context context) throws IOException, InterruptedException {
        if (filling.isEmpty()) {
            filling = new Portion();
        }
        stager.fill(filling, change);
        thread.filling(filling);
        if (filling.isFull()) {
            handOver();
        }
    }

    private void handOver() throws IOException, InterruptedException {
        thread.put(filling);
        filling = new Portion();
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        if (!filling.isEmpty()) {
            handOver();
        }
        thread.drain();
    }

    /** Comes behind a flush. */
    @Override
    public Collection<Stage> prepareCommit() {
        return stager.end().map(List::of).orElse(List.of());
    }

    /** Keeps nothing, since what was staged was just handed over; but tells which checkpoint the next stage comes after. */
    @Override
    public List<Stage> snapshotState(long checkpointId) {
        stager.after(checkpointId);
        return List.of();
    }

    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
