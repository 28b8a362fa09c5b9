/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Stages the changes of one subtask, a batch at a time; what was staged since the last checkpoint is handed to the committer with the
 * next. Runs in the writer's task thread, which a batch holds up for as long as the target takes it: the target's own time-outs are
 * well below the checkpoint's.
 */
final class StagingWriter
        implements CommittingSinkWriter<ChangeRecord, Stage>, StatefulSinkWriter<ChangeRecord, Stage> {
    private static final long BATCH_BYTES = 4 << 20;
    private static final int BATCH_CHANGES = 20_000;

    private final String sink;
    private final StagedTarget target;
    private final StagingArea area;
    private final int subtask;
    private final SinkWriterMetricGroup metrics;
    private final UUID writer = UUID.randomUUID();
    private final Map<Namespace, String> targetOf = new HashMap<>();
    private final Batch batch = new Batch();
    private final SortedSet<String> targets = new TreeSet<>();
    private Stage.Name name;
    private long rows;
    private long digest;
    private Version first;
    private Version last;
    private final List<LetterEvent> letters = new ArrayList<>();
    /** Letters whose changes are in the batch, unless a newer change of the document took their place there. */
    private final Set<String> replayed = new LinkedHashSet<>();

    /** @param restoredCheckpoint the checkpoint that the job goes on from; 0 when it begins */
    StagingWriter(
            String sink,
            StagedTarget target,
            StagingArea area,
            int subtask,
            long restoredCheckpoint,
            SinkWriterMetricGroup metrics) {
        this.sink = sink;
        this.target = target;
        this.area = area;
        this.subtask = subtask;
        this.metrics = metrics;
        this.name = new Stage.Name(writer, 1, restoredCheckpoint);
    }

    @Override
    public void write(ChangeRecord change, Context context) throws IOException {
        if (change.replay() != null) {
            if (change.replay().superseded()) {
                span(change.version());
                letters.add(new LetterEvent.Superseded(change.replay().letter()));
                return;
            }
            replayed.add(change.replay().letter());
        }
        batch.add(targetOf.computeIfAbsent(change.namespace(), target::targetOf), change);
        if (batch.isFull(BATCH_BYTES, BATCH_CHANGES)) {
            stage();
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        stage();
    }

    private void stage() throws IOException {
        for (Map.Entry<String, Collection<StagedRow>> each : batch.byTarget().entrySet()) {
            List<Refusal> refusals = area.add(name, subtask, each.getKey(), each.getValue());
            refusals.forEach(refusal -> letters.add(refusal.by(sink)));
            targets.add(each.getKey());
            Set<ChangeRecord> refused = Collections.newSetFromMap(new IdentityHashMap<>());
            refusals.forEach(refusal -> refused.add(refusal.change()));
            each.getValue().forEach(row -> count(row, refused.contains(row.change())));
        }
        replayed.forEach(letter -> letters.add(new LetterEvent.Superseded(letter)));
        replayed.clear();
        batch.clear();
    }

    private void span(Version version) {
        first = first == null || version.compareTo(first) < 0 ? version : first;
        last = last == null || version.compareTo(last) > 0 ? version : last;
    }

    private void count(StagedRow row, boolean isRefused) {
        span(row.change().version());
        ChangeRecord.Replay replay = row.change().replay();
        if (replay != null && replayed.remove(replay.letter()) && !isRefused) {
            letters.add(new LetterEvent.Replayed(replay.letter()));
        }
        if (isRefused) {
            return;
        }
        digest += row.check();
        rows++;
        metrics.getNumRecordsSendCounter().inc();
        if (!row.isDelete()) {
            metrics.getNumBytesSendCounter().inc(row.change().document().length);
        }
    }

    @Override
    public Collection<Stage> prepareCommit() {
        if (rows == 0 && letters.isEmpty()) {
            return List.of();
        }
        Stage stage = new Stage(name, rows, digest, first, last, List.copyOf(targets), letters);
        name = new Stage.Name(writer, name.number() + 1, name.afterCheckpoint());
        rows = 0;
        digest = 0;
        first = null;
        last = null;
        targets.clear();
        letters.clear();
        return List.of(stage);
    }

    /** Keeps nothing, since what was staged was just handed over; but tells which checkpoint the next stage comes after. */
    @Override
    public List<Stage> snapshotState(long checkpointId) {
        name = new Stage.Name(writer, name.number(), checkpointId);
        return List.of();
    }

    @Override
    public void close() throws IOException {
        area.close();
    }
}
