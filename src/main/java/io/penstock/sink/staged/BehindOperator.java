/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.store.Fence;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.util.SimpleVersionedListState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * A sink as {@link StagedSink} is, that holds nobody back while its target is away: what is not known to be in the target stays in this operator's state, and
 * checkpoints complete. Whatever happens between a checkpoint's end and the target's having it is repeated by whoever restores it, and changes
 * nothing then: the target takes newer changes only, in whichever order and through whichever subtask they come.
 *
 * <p>What is kept is bounded. Beyond that, while a complete checkpoint is not in the target, no more changes are taken, and the job waits. When the target has them
 * all, and the checkpoint that is to cover the next ones just is long in coming, those are staged, and a checkpoint holds their stage.
 *
 * <p>Not Sink V2's committer: that one knows of failing at once or trying again a few times, in the task's own thread.
 */
public final class BehindOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<ChangeRecord, Void>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** For ever, as outages go. After that the job starts again, and goes on from its state. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    private static final ListStateDescriptor<byte[]> STAGES =
            new ListStateDescriptor<>("stages", BytePrimitiveArraySerializer.INSTANCE);

    /** Which part of the longest possible wait each one takes: 0 to 1. */
    interface Waits extends DoubleSupplier, Serializable {}

    private final String name;
    private final String sink;
    private final StagedTarget target;
    private final Fence fence;
    private final DeadLetterPolicy letters;
    private final long mostBytes;
    private final Waits waits;

    private transient Waiting waiting;
    private transient ListState<ChangeRecord> changes;
    private transient ListState<Stage> stages;
    private transient long restored;
    private transient Set<Long> held;
    private transient OutageMetrics outage;
    private transient Applying applying;
    /** What is being done, and of which checkpoint; null when nothing is. */
    private transient CompletableFuture<Void> running;

    private transient Long runningCheckpoint;
    private transient boolean isEnded;

    /**
     * A sink.
     *
     * @param job its name
     * @param sink the sink's
     * @param fence of the life that this sink is part of
     * @param letters what becomes of changes that the target refuses
     * @param mostBytes how many bytes of changes are kept, about
     */
    public BehindOperator(
            String job, String sink, StagedTarget target, Fence fence, DeadLetterPolicy letters, long mostBytes) {
        this(job, sink, target, fence, letters, mostBytes, Math::random);
    }

    /** With waits of a choice, as tests need them. */
    BehindOperator(
            String job,
            String sink,
            StagedTarget target,
            Fence fence,
            DeadLetterPolicy letters,
            long mostBytes,
            Waits waits) {
        this.name = job + "/" + sink;
        this.sink = sink;
        this.target = target;
        this.fence = fence;
        this.letters = letters;
        this.mostBytes = mostBytes;
        this.waits = waits;
        // As Sink V2's writers are: what it stands behind has one thread with it.
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        waiting = new Waiting();
        restored = context.getRestoredCheckpointId().orElse(0);
        changes = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>(
                        "changes",
                        ChangeRecord.TYPE.createSerializer(getExecutionConfig().getSerializerConfig())));
        // All to everyone: those of one writer stay together, since they are applied in the order of their numbers.
        stages = new SimpleVersionedListState<>(
                context.getOperatorStateStore().getUnionListState(STAGES), new StageSerializer());
        List<ChangeRecord> itsChanges = new ArrayList<>();
        changes.get().forEach(itsChanges::add);
        List<Stage> itsStages = new ArrayList<>();
        held = new HashSet<>();
        for (Stage stage : stages.get()) {
            held.add(stage.name().id());
            if (Math.floorMod(stage.name().writer().hashCode(), parallelism()) == subtask()) {
                itsStages.add(stage);
            }
        }
        if (!itsChanges.isEmpty() || !itsStages.isEmpty()) {
            waiting.restored(restored, itsChanges, itsStages);
        }
    }

    private int subtask() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    private int parallelism() {
        return getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    }

    @Override
    public void open() throws Exception {
        super.open();
        SinkWriterMetricGroup metrics = InternalSinkWriterMetricGroup.wrap(getMetricGroup());
        outage = new OutageMetrics(metrics);
        // Checkpoints that are complete and not in the target.
        metrics.gauge("behind", (Gauge<Integer>) () -> waiting.behind());
        Reopening<StageApplier> appliers = new Reopening<>(attempts(), () -> target.openApplier(name));
        SetAside setAside = new SetAside(sink, letters, metrics);
        applying = new Applying(
                sink,
                areas(),
                new Stager(sink, target, areas(), subtask(), Applying.IN_NO_CHECKPOINT, metrics),
                new Stager(sink, target, areas(), subtask(), restored, metrics),
                new StagedCommitter(sink, appliers, fence, setAside, metrics, outage),
                fence);
        running = applying.removeLeftovers(new Leftover(subtask(), parallelism(), restored, held));
        tell();
    }

    private Reopening<StagingArea> areas() {
        return new Reopening<>(attempts(), () -> target.openArea(name));
    }

    private Attempts attempts() {
        return new Attempts(sink, Reopening.faults(target.faults()), PATIENCE, outage, waits);
    }

    @Override
    public void processElement(StreamRecord<ChangeRecord> element) throws Exception {
        waiting.add(element.getValue());
        settle();
        while (waiting.bytes() > mostBytes) {
            if (waiting.next() != null) {
                await();
            } else if (waiting.hasOpen()) {
                Applying.await(applying.stage(waiting.takeOpen()));
            } else {
                break;
            }
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // What was applied meanwhile is taken note of later: a failure that was thrown here would fail the checkpoint
        // alone.
        waiting.checkpoint(context.getCheckpointId(), applying.staged(context.getCheckpointId()));
        changes.update(waiting.changes());
        stages.update(waiting.stages());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        waiting.completed(checkpointId);
        settle();
        // The last checkpoint of a job that ends: nobody comes after it.
        while (isEnded && waiting.next() != null) {
            await();
        }
    }

    @Override
    public void endInput() {
        isEnded = true;
    }

    /** How many checkpoints are complete and not in the target. */
    int behind() {
        return waiting.behind();
    }

    private void await() throws IOException, InterruptedException {
        if (running != null) {
            Applying.await(running);
        }
        settle();
    }

    /** Takes note of what was applied, and goes on with the next. */
    private void settle() throws IOException, InterruptedException {
        while (running == null || running.isDone()) {
            if (running != null) {
                Applying.await(running);
                finish(runningCheckpoint);
            }
            start();
            if (running == null) {
                break;
            }
        }
        tell();
    }

    private void finish(Long checkpoint) {
        running = null;
        if (checkpoint != null) {
            waiting.applied(checkpoint);
        }
    }

    private void start() {
        var next = waiting.next();
        runningCheckpoint = next == null ? null : next.getKey();
        running = next == null ? null : applying.apply(next.getValue());
    }

    private void tell() {
        outage.buffered(waiting.records(), waiting.since());
    }

    @Override
    public void close() throws Exception {
        try {
            if (applying != null) {
                applying.close();
            }
        } finally {
            super.close();
        }
    }
}
