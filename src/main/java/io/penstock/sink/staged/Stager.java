/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** Adds portions to the stages of one writer, one stage after the other, and counts what was sent. {@link #fill} is for the task thread alone; the rest is used as {@link OpenStage} is. */
final class Stager implements AutoCloseable {
    private final StagedTarget target;
    private final Reopening<StagingArea> areas;
    private final int subtask;
    private final SinkWriterMetricGroup metrics;
    private final OpenStage stage;
    private final Map<Namespace, String> targetOf = new HashMap<>();

    /**
     * A writer.
     *
     * @param sink its name in the job file
     * @param areas closed with it
     * @param restoredCheckpoint the checkpoint that the job goes on from; 0 when it begins
     */
    Stager(
            String sink,
            StagedTarget target,
            Reopening<StagingArea> areas,
            int subtask,
            long restoredCheckpoint,
            SinkWriterMetricGroup metrics) {
        this.target = target;
        this.areas = areas;
        this.subtask = subtask;
        this.metrics = metrics;
        this.stage = new OpenStage(sink, restoredCheckpoint);
    }

    /** Adds a change to a portion that is to be staged. */
    void fill(Portion portion, ChangeRecord change) {
        portion.add(targetOf.computeIfAbsent(change.namespace(), target::targetOf), change);
    }

    void stage(Portion portion) throws IOException {
        portion.stage(stage, this::add);
    }

    private List<Refusal> add(String table, Collection<StagedRow> rows) throws IOException {
        List<Refusal> refusals = areas.call(
                "stage changes for " + table,
                (area, attempt) -> area.add(stage.name(), subtask, table, rows, stage.before(table, attempt)));
        metrics.getNumRecordsSendCounter().inc(rows.size() - refusals.size());
        metrics.getNumBytesSendCounter()
                .inc(rows.stream()
                        .filter(row -> !row.isDelete())
                        .mapToLong(row -> row.change().document().length)
                        .sum());
        return refusals;
    }

    /** Ends the stage, see {@link OpenStage#end}. */
    Optional<Stage> end() {
        return stage.end();
    }

    /** What comes from here on comes after a checkpoint. */
    void after(long checkpointId) {
        stage.after(checkpointId);
    }

    @Override
    public void close() throws Exception {
        areas.close();
    }
}
