/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a writer stages at once: a batch of changes, and the replays that came with them. Filled by one thread, then staged by another. */
final class Portion {
    private static final long MOST_BYTES = 4 << 20;
    private static final int MOST_CHANGES = 20_000;

    /** What a change takes in memory besides its documents, about. */
    static final long OVERHEAD = 512;

    private final Batch batch = new Batch();

    /** Letters whose changes are in the batch, unless a newer change of the document took their place there. */
    private final Set<String> replays = new LinkedHashSet<>();

    private final Map<String, Version> superseded = new LinkedHashMap<>();
    private final long since = System.nanoTime();

    void add(String target, ChangeRecord change) {
        ChangeRecord.Replay replay = change.replay();
        if (replay != null && replay.superseded()) {
            superseded.put(replay.letter(), change.version());
            return;
        }
        if (replay != null) {
            replays.add(replay.letter());
        }
        batch.add(target, change);
    }

    boolean isEmpty() {
        return batch.changes() == 0 && superseded.isEmpty();
    }

    boolean isFull() {
        return batch.isFull(MOST_BYTES, MOST_CHANGES);
    }

    int changes() {
        return batch.changes();
    }

    /** About how many bytes of memory it takes. */
    long weight() {
        return batch.bytes() + OVERHEAD * batch.changes();
    }

    /** {@link System#nanoTime()} when its first change came. */
    long since() {
        return since;
    }

    /** Adds rows for one target to what is staged. */
    @FunctionalInterface
    interface Adding {
        List<Refusal> add(String target, Collection<StagedRow> rows) throws IOException;
    }

    /** Stages all, target by target. */
    void stage(OpenStage stage, Adding adding) throws IOException {
        for (Map.Entry<String, Collection<StagedRow>> each : batch.byTarget().entrySet()) {
            // Row by row in one order, however often it is repeated: some areas number them.
            List<StagedRow> rows = new ArrayList<>(each.getValue());
            List<Refusal> refusals = adding.add(each.getKey(), rows);
            stage.staged(each.getKey(), rows, refusals).forEach(replays::remove);
        }
        superseded.forEach((letter, version) -> {
            stage.span(version);
            stage.superseded(letter);
        });
        replays.forEach(stage::superseded);
    }
}
