/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.LetterEvent;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.sink.staged.LostStageException.Lost;
import io.penstock.sink.staged.StageApplier.Content;
import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Applies the stages of a checkpoint that is complete. Runs in the committer's task thread, or in that of a sink that may fall behind.
 *
 * <p>Why it may die anywhere and be repeated, on a target without transactions too. For each stage, in this order: its changes are
 * applied, it is noted as applied, it is removed.
 *
 * <ul>
 *   <li>Died before the note: the stage is whole still, and is applied again. That changes nothing where it had been, for the target
 *       takes newer changes only.
 *   <li>Died behind the note: it is not looked at any more, and what is left of it is removed.
 *   <li>Dead letters are settled behind the changes and before the note: repeated, they are the same letters.
 *   <li>The note is a number for each writer. It stands for all smaller ones, since the stages of a writer are applied in order: Flink commits
 *       checkpoints in order, and what a restored checkpoint holds before any later one; within a checkpoint they are sorted here.
 * </ul>
 *
 * <p>So a stage that is neither whole nor noted was lost by the target, and that is said, never passed over.
 */
final class StagedCommitter implements Committer<Stage> {
    private final String sink;
    private final Reopening<StageApplier> appliers;
    private final Fence fence;
    private final SetAside setAside;
    private final OutageMetrics outage;
    private final Counter applied;

    /**
     * Commits to a target.
     *
     * @param sink its name in the job file
     * @param fence asked once more before a commit is repeated: the target may have been away for minutes, in which the job was taken over. Whoever calls
     *     asks it before the first attempt, and closes it
     */
    StagedCommitter(
            String sink,
            Reopening<StageApplier> appliers,
            Fence fence,
            SetAside setAside,
            MetricGroup metrics,
            OutageMetrics outage) {
        this.sink = sink;
        this.appliers = appliers;
        this.fence = fence;
        this.setAside = setAside;
        this.outage = outage;
        this.applied = metrics.counter("changesApplied");
    }

    /**
     * Commits, again and again while the target is away, for as long as a checkpoint can wait.
     *
     * @throws LostStageException when the staging area does not hold what the checkpoint says
     * @throws io.penstock.sink.outage.TargetDownException when the target stayed away; the stages are committed after the job's restart
     */
    @Override
    public void commit(Collection<CommitRequest<Stage>> requests) throws IOException {
        List<Stage> stages =
                requests.stream().map(CommitRequest::getCommittable).toList();
        outage.buffered(stages.stream().mapToLong(Stage::rows).sum(), System.nanoTime());
        apply(stages);
        outage.buffered(0, 0);
    }

    /** Commits stages, as {@link #commit}; which changes wait is for the caller to tell. */
    void apply(List<Stage> unordered) throws IOException {
        List<Stage> stages = unordered.stream().sorted(Stage.ORDER).toList();
        appliers.call("commit the changes of a checkpoint", (applier, attempt) -> {
            if (attempt > 1) {
                Reopening.requireHeld(fence);
            }
            applier.inOneStep(stages, () -> commit(applier, stages));
            return null;
        });
        applied.inc(stages.stream().mapToLong(Stage::rows).sum());
    }

    private void commit(StageApplier applier, List<Stage> stages) throws IOException {
        List<Stage> waiting = waiting(applier, stages);
        if (!waiting.isEmpty()) {
            settle(waiting, applier.apply(waiting));
        }
        for (Stage stage : waiting) {
            applier.markApplied(stage);
        }
        for (Stage stage : stages) {
            applier.clear(stage);
        }
    }

    /** What the target refused only now was not exported after all, as a writer may have said of a replay. */
    private void settle(List<Stage> stages, List<Refusal> refusals) throws IOException {
        Map<String, LetterEvent> events = new LinkedHashMap<>();
        stages.forEach(stage -> stage.letters().forEach(event -> events.put(event.id(), event)));
        refusals.forEach(refusal -> {
            LetterEvent event = refusal.by(sink);
            events.put(event.id(), event);
        });
        long changes = stages.stream().mapToLong(Stage::rows).sum();
        try {
            setAside.settle(changes, List.copyOf(events.values()));
        } catch (IOException e) {
            throw new NotTheTargetException(e);
        }
    }

    private List<Stage> waiting(StageApplier applier, List<Stage> stages) throws IOException {
        List<Stage> waiting = new ArrayList<>();
        List<Lost> lost = new ArrayList<>();
        for (Stage stage : stages) {
            if (applier.lastApplied(stage.name().writer()) < stage.name().number()) {
                Content found = applier.content(stage);
                if (found.equals(new Content(stage.rows(), stage.digest()))) {
                    waiting.add(stage);
                } else {
                    lost.add(new Lost(stage, found));
                }
            }
        }
        if (!lost.isEmpty()) {
            throw new LostStageException(sink, lost);
        }
        return waiting;
    }

    @Override
    public void close() throws Exception {
        try {
            setAside.close();
        } finally {
            appliers.close();
        }
    }
}
