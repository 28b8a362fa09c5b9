/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import java.io.IOException;
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

    public Scene(StagedTarget target) throws IOException {
        this.target = target;
        this.writer = writer(target, 0, 0);
    }

    static StagingWriter writer(StagedTarget target, int subtask, long restored) throws IOException {
        return new StagingWriter(
                "sink",
                target,
                target.openArea(SINK),
                subtask,
                restored,
                InternalSinkWriterMetricGroup.wrap(UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    }

    /** Stages changes and hands them over. */
    public Stage stage(ChangeRecord... changes) throws IOException {
        stageWithoutHandingOver(changes);
        return writer.prepareCommit().iterator().next();
    }

    public void stageWithoutHandingOver(ChangeRecord... changes) throws IOException {
        for (ChangeRecord change : changes) {
            writer.write(change, null);
        }
        writer.flush(false);
    }

    public void checkpoint(long id) {
        writer.snapshotState(id);
    }

    /** Commits with a committer of its own. */
    public void commit(Stage... stages) throws IOException {
        commit(target.openApplier(SINK), stages);
    }

    /** Commits, and closes the applier. */
    public void commit(StageApplier applier, Stage... stages) throws IOException {
        try (StagedCommitter committer = committer(applier)) {
            List<CommitRequest<Stage>> requests = new ArrayList<>();
            for (Stage stage : stages) {
                requests.add(new MockCommitRequest<>(stage));
            }
            committer.commit(requests);
        }
    }

    static StagedCommitter committer(StageApplier applier) {
        UnregisteredMetricsGroup metrics = new UnregisteredMetricsGroup();
        return new StagedCommitter("sink", applier, new SetAside("sink", DeadLetterPolicy.NONE, metrics), metrics);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
