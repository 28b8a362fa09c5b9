/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one subtask of a sink that may fall behind has taken and does not know to be in its target, by the checkpoint that covers it. Pure; used by the task
 * thread, and its sizes read by others.
 *
 * <pre>
 *   a b | 1 | c | 2 | d        completed(1): a b are due      completed(2), also when 1 was not: a b, then c
 * </pre>
 */
final class Waiting {
    private List<ChangeRecord> open = new ArrayList<>();
    private final NavigableMap<Long, Due> covered = new TreeMap<>();
    private final NavigableMap<Long, Due> due = new TreeMap<>();
    private long bytes;
    private long records;
    /** Of the changes that no checkpoint covers yet, {@link System#nanoTime()} when the first came. */
    private long since;

    /**
     * What a complete checkpoint covers and no earlier one did.
     *
     * @param changes in the order in which they came
     * @param stages of changes that came before them, and are in the target's staging area already
     * @param since {@link System#nanoTime()} when the first of it came, about
     */
    record Due(List<ChangeRecord> changes, List<Stage> stages, long since) {
        long bytes() {
            return changes.stream().mapToLong(Waiting::bytes).sum();
        }

        long records() {
            return changes.size() + stages.stream().mapToLong(Stage::rows).sum();
        }
    }

    void add(ChangeRecord change) {
        if (open.isEmpty()) {
            since = System.nanoTime();
        }
        open.add(change);
        bytes += bytes(change);
        records++;
    }

    static long bytes(ChangeRecord change) {
        return Batch.size(change) + Portion.OVERHEAD;
    }

    /** What a checkpoint was restored with: it was complete. */
    void restored(long checkpoint, List<ChangeRecord> changes, List<Stage> stages) {
        Due restored = new Due(List.copyOf(changes), List.copyOf(stages), System.nanoTime());
        due.put(checkpoint, restored);
        bytes += restored.bytes();
        records += restored.records();
    }

    /** Gives away what no checkpoint covers yet: it is staged, and will come back as a stage. */
    List<ChangeRecord> takeOpen() {
        List<ChangeRecord> taken = open;
        open = new ArrayList<>();
        taken.forEach(change -> bytes -= bytes(change));
        records -= taken.size();
        return taken;
    }

    /** All that came up to now belongs to this checkpoint, and the stage of what was given away since the last. */
    void checkpoint(long checkpoint, Optional<Stage> stage) {
        Due all = new Due(List.copyOf(open), stage.stream().toList(), since);
        open = new ArrayList<>();
        if (all.records() > 0 || stage.isPresent()) {
            covered.put(checkpoint, all);
            records += stage.map(Stage::rows).orElse(0L);
        }
    }

    void completed(long checkpoint) {
        NavigableMap<Long, Due> upTo = covered.headMap(checkpoint, true);
        due.putAll(upTo);
        upTo.clear();
    }

    /** The first of what may be applied, with the checkpoint that covers it; null when there is none. */
    Map.Entry<Long, Due> next() {
        return due.firstEntry();
    }

    /** What {@link #next} gave is in the target. */
    void applied(long checkpoint) {
        Due applied = due.remove(checkpoint);
        bytes -= applied.bytes();
        records -= applied.records();
    }

    boolean hasOpen() {
        return !open.isEmpty();
    }

    /** How many checkpoints are complete and not in the target. */
    int behind() {
        return due.size();
    }

    /** Of the changes that are here, about; not of those in stages. */
    long bytes() {
        return bytes;
    }

    /** How many changes wait. */
    long records() {
        return records;
    }

    /** {@link System#nanoTime()} when the oldest came, about. */
    long since() {
        if (!due.isEmpty()) {
            return due.firstEntry().getValue().since();
        }
        return covered.isEmpty() ? since : covered.firstEntry().getValue().since();
    }

    /** All changes that are here, in order. */
    List<ChangeRecord> changes() {
        List<ChangeRecord> all = new ArrayList<>();
        due.values().forEach(each -> all.addAll(each.changes()));
        covered.values().forEach(each -> all.addAll(each.changes()));
        all.addAll(open);
        return all;
    }

    /** All stages that checkpoints have to hold, in order. */
    List<Stage> stages() {
        List<Stage> all = new ArrayList<>();
        due.values().forEach(each -> all.addAll(each.stages()));
        covered.values().forEach(each -> all.addAll(each.stages()));
        return all;
    }
}
