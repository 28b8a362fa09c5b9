/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.store.Fence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;

/** One writer and the committers of a target, driven by hand. */
public final class Scene implements AutoCloseable {
    public static final String SINK = "job/sink";

    private final StagedTarget target;
    private final StagingWriter writer;

    public Scene(StagedTarget target) {
        this.target = target;
        this.writer = writer(target, 0, 0);
    }

    static StagingWriter writer(StagedTarget target, int subtask, long restored) {
        InternalSinkWriterMetricGroup metrics =
                InternalSinkWriterMetricGroup.wrap(UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup());
        OutageMetrics outage = new OutageMetrics(metrics);
        return new StagingWriter(
                "sink",
                target,
                new Reopening<>(attempts(target, outage), () -> target.openArea(SINK)),
                subtask,
                restored,
                metrics,
                outage);
    }

    /** With patience, and hardly any wait. */
    private static Attempts attempts(StagedTarget target, OutageMetrics outage) {
        return new Attempts("sink", Reopening.faults(target.faults()), Duration.ofMinutes(2), outage, () -> 0.001);
    }

    /** Stages changes and hands them over. */
    public Stage stage(ChangeRecord... changes) throws IOException, InterruptedException {
        stageWithoutHandingOver(changes);
        return writer.prepareCommit().iterator().next();
    }

    public void stageWithoutHandingOver(ChangeRecord... changes) throws IOException, InterruptedException {
        for (ChangeRecord change : changes) {
            writer.write(change, null);
        }
        writer.flush(false);
    }

    public void checkpoint(long id) {
        writer.snapshotState(id);
    }

    /** Commits with a committer of its own. */
    public void commit(Stage... stages) throws Exception {
        try (StagedCommitter committer = committer(target)) {
            commit(committer, stages);
        }
    }

    /** Commits with a committer of its own that sets aside what is refused. */
    public void commit(DeadLetterPolicy letters, Stage... stages) throws Exception {
        try (StagedCommitter committer = committer(target, letters)) {
            commit(committer, stages);
        }
    }

    /** Commits with one applier, and closes it. */
    public void commit(StageApplier applier, Stage... stages) throws Exception {
        Attempts once = new Attempts(
                "sink",
                failure -> new Fault(Fault.Kind.RECORD, "", ""),
                Duration.ofMinutes(2),
                new OutageMetrics(new UnregisteredMetricsGroup()));
        try (StagedCommitter committer =
                committer(new Reopening<>(once, () -> applier), DeadLetterPolicy.NONE, Fence.none())) {
            commit(committer, stages);
        }
    }

    private static void commit(StagedCommitter committer, Stage... stages) throws IOException {
        List<CommitRequest<Stage>> requests = new ArrayList<>();
        for (Stage stage : stages) {
            requests.add(new MockCommitRequest<>(stage));
        }
        committer.commit(requests);
    }

    static StagedCommitter committer(StagedTarget target) {
        return committer(target, DeadLetterPolicy.NONE);
    }

    static StagedCommitter committer(StagedTarget target, DeadLetterPolicy letters) {
        return committer(appliers(target), letters, Fence.none());
    }

    static StagedCommitter committer(StagedTarget target, Fence fence) {
        return committer(appliers(target), DeadLetterPolicy.NONE, fence);
    }

    private static Reopening<StageApplier> appliers(StagedTarget target) {
        OutageMetrics outage = new OutageMetrics(new UnregisteredMetricsGroup());
        return new Reopening<>(attempts(target, outage), () -> target.openApplier(SINK));
    }

    private static StagedCommitter committer(Reopening<StageApplier> appliers, DeadLetterPolicy letters, Fence fence) {
        UnregisteredMetricsGroup metrics = new UnregisteredMetricsGroup();
        return new StagedCommitter(
                "sink", appliers, fence, new SetAside("sink", letters, metrics), metrics, new OutageMetrics(metrics));
    }

    @Override
    public void close() throws InterruptedException {
        writer.close();
    }
}
