/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.record.LetterEvent;
import io.penstock.record.Version;
import io.penstock.sink.deadletter.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The stage that a writer adds to, and what it holds by now. Used by the thread that stages while that has something to do, else by the writer's
 * task thread.
 */
final class OpenStage {
    private final String sink;
    private final UUID writer = UUID.randomUUID();
    private final Map<String, Long> rowsOf = new TreeMap<>();
    private final List<LetterEvent> letters = new ArrayList<>();
    private Stage.Name name;
    private long offered;
    private long rows;
    private long digest;
    private Version first;
    private Version last;

    /**
     * The first stage of a writer.
     *
     * @param sink its name in the job file
     * @param restoredCheckpoint the checkpoint that the job goes on from; 0 when it begins
     */
    OpenStage(String sink, long restoredCheckpoint) {
        this.sink = sink;
        this.name = new Stage.Name(writer, 1, restoredCheckpoint);
    }

    Stage.Name name() {
        return name;
    }

    /** What there is before rows for a target are added. */
    Added before(String target, int attempt) {
        return new Added(offered, rowsOf.getOrDefault(target, 0L), attempt);
    }

    /**
     * Takes note of rows that were staged.
     *
     * @param refusals those that were not
     * @return the letters among them: of replays that are staged, or were refused again
     */
    List<String> staged(String target, Collection<StagedRow> added, List<Refusal> refusals) {
        Set<ChangeRecord> refused = Collections.newSetFromMap(new IdentityHashMap<>(refusals.size() + 1));
        for (Refusal refusal : refusals) {
            refused.add(refusal.change());
            letters.add(refusal.by(sink));
        }
        List<String> replays = new ArrayList<>();
        long before = rows;
        for (StagedRow row : added) {
            boolean isStaged = !refused.contains(row.change());
            span(row.change().version());
            ChangeRecord.Replay replay = row.change().replay();
            if (replay != null) {
                replays.add(replay.letter());
                if (isStaged) {
                    letters.add(new LetterEvent.Replayed(replay.letter()));
                }
            }
            if (isStaged) {
                digest += row.check();
                rows++;
            }
        }
        offered += added.size();
        rowsOf.merge(target, rows - before, Long::sum);
        return replays;
    }

    /** Takes note of a letter whose change is not exported, since a newer one was. */
    void superseded(String letter) {
        letters.add(new LetterEvent.Superseded(letter));
    }

    /** Widens the span of versions by that of a change that is not staged. */
    void span(Version version) {
        first = first == null || version.compareTo(first) < 0 ? version : first;
        last = last == null || version.compareTo(last) > 0 ? version : last;
    }

    /** Ends the stage, and begins the next one; empty when there is nothing to hand over. */
    Optional<Stage> end() {
        if (rows == 0 && letters.isEmpty()) {
            return Optional.empty();
        }
        Stage stage = new Stage(name, rows, digest, first, last, List.copyOf(rowsOf.keySet()), letters);
        name = new Stage.Name(writer, name.number() + 1, name.afterCheckpoint());
        offered = 0;
        rows = 0;
        digest = 0;
        first = null;
        last = null;
        rowsOf.clear();
        letters.clear();
        return Optional.of(stage);
    }

    /** What comes from here on comes after a checkpoint. */
    void after(long checkpointId) {
        name = new Stage.Name(writer, name.number(), checkpointId);
    }
}
