/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.FencedCommitter;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.store.Fence;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A target that holds the present content of the collections, exactly once: what a checkpoint covers appears in it after that checkpoint,
 * in one step where the target has transactions. Older changes never overwrite newer ones, whatever was restored.
 */
public final class StagedSink
        implements Sink<ChangeRecord>,
                SupportsCommitter<Stage>,
                SupportsWriterState<ChangeRecord, Stage>,
                SupportsPreCommitTopology<Stage, Stage> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(StagedSink.class);

    /** The job's name and the sink's: tells this sink's stages from another's in the same database. */
    private final String name;

    private final String sink;
    private final StagedTarget target;
    private final Fence fence;
    private final DeadLetterPolicy letters;
    private final Duration patience;

    /**
     * @param job its name
     * @param sink the sink's
     * @param fence of the life that this sink is part of
     * @param letters what becomes of changes that the target refuses
     * @param checkpointTimeout how long a checkpoint may take: decides how long a target that is away is waited for
     */
    public StagedSink(
            String job,
            String sink,
            StagedTarget target,
            Fence fence,
            DeadLetterPolicy letters,
            Duration checkpointTimeout) {
        this.name = job + "/" + sink;
        this.sink = sink;
        this.target = target;
        this.fence = fence;
        this.letters = letters;
        this.patience = Attempts.patience(checkpointTimeout);
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        long restored = context.getRestoredCheckpointId().orElse(0);
        int subtask = context.getTaskInfo().getIndexOfThisSubtask();
        OutageMetrics outage = new OutageMetrics(context.metricGroup());
        Reopening<StagingArea> areas = new Reopening<>(attempts(outage), () -> target.openArea(name));
        Leftover leftover = new Leftover(subtask, context.getTaskInfo().getNumberOfParallelSubtasks(), restored);
        int removed = areas.call("remove what earlier attempts staged", (area, attempt) -> {
            // To a life that was taken over, the stages of the next one look like leftovers.
            Reopening.requireHeld(fence);
            return area.removeLeftovers(leftover);
        });
        if (removed > 0) {
            LOG.info("Removed {} stages of earlier attempts from the staging area of sink {}", removed, name);
        }
        return new StagingWriter(sink, target, areas, subtask, restored, context.metricGroup(), outage);
    }

    private Attempts attempts(OutageMetrics outage) {
        return new Attempts(sink, Reopening.faults(target.faults()), patience, outage);
    }

    /** Flink 1.20's deprecated form, which it still declares and does not call; later releases do not know it. */
    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException("createWriter(WriterInitContext) is the one that is called");
    }

    @Override
    @SuppressWarnings("unchecked")
    public StatefulSinkWriter<ChangeRecord, Stage> restoreWriter(WriterInitContext context, Collection<Stage> recovered)
            throws IOException {
        return (StatefulSinkWriter<ChangeRecord, Stage>) createWriter(context);
    }

    @Override
    public Committer<Stage> createCommitter(CommitterInitContext context) throws IOException {
        OutageMetrics outage = new OutageMetrics(context.metricGroup());
        Reopening<StageApplier> appliers = new Reopening<>(attempts(outage), () -> target.openApplier(name));
        // What cannot work, such as a password, is said when the job starts, and not with its first checkpoint.
        appliers.call("connect", (applier, attempt) -> null);
        return new FencedCommitter<>(
                fence,
                new StagedCommitter(
                        sink,
                        appliers,
                        fence,
                        new SetAside(sink, letters, context.metricGroup()),
                        context.metricGroup(),
                        outage));
    }

    /** All to the first committer: one place sees all stages of a checkpoint. */
    @Override
    public DataStream<CommittableMessage<Stage>> addPreCommitTopology(
            DataStream<CommittableMessage<Stage>> committables) {
        return committables.global();
    }

    @Override
    public SimpleVersionedSerializer<Stage> getCommittableSerializer() {
        return new StageSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Stage> getWriteResultSerializer() {
        return new StageSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Stage> getWriterStateSerializer() {
        return new StageSerializer();
    }
}
