/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import java.util.Set;

/**
 * Which stages belong to nobody when a job starts from a checkpoint N, or from nothing (N = 0). Decided by each starting writer for the
 * subtasks of earlier attempts that fall to it.
 *
 * <p>A stage tells after which checkpoint it was begun. One begun after N or later is in no checkpoint that the job has: its changes
 * will be written again. One begun before N is in N or an earlier checkpoint, thus applied or about to be, unless its writer was one
 * that the job had given up and that did not know it yet (a frozen machine). Such a one falls {@value #SURELY_APPLIED} checkpoints later:
 * what N still holds unapplied was staged since the last checkpoint that completed, and a job is restarted long before so many fail.
 *
 * <p>A sink that may fall behind knows all stages that the checkpoint holds, of any age, and all others are leftovers: it goes on, and its next checkpoint may be
 * complete, before the target answers and they are removed.
 *
 * @param subtask of the starting writer
 * @param parallelism of the starting job
 * @param restoredCheckpoint N; 0 when the job starts from nothing
 * @param held the {@link Stage.Name#id ids} of all stages in N; null when they are not known
 */
public record Leftover(int subtask, int parallelism, long restoredCheckpoint, Set<Long> held) {
    static final long SURELY_APPLIED = 1000;

    /** Of a sink whose stages are applied with the checkpoint that holds them. */
    public Leftover(int subtask, int parallelism, long restoredCheckpoint) {
        this(subtask, parallelism, restoredCheckpoint, null);
    }

    /** Whether a stage of the sink is to be removed by this writer. */
    public boolean includes(long stage, int stagedBy, long afterCheckpoint) {
        return stagedBy % parallelism == subtask
                && (held == null ? isBelievedLost(afterCheckpoint) : !held.contains(stage));
    }

    private boolean isBelievedLost(long afterCheckpoint) {
        return afterCheckpoint >= restoredCheckpoint || afterCheckpoint < restoredCheckpoint - SURELY_APPLIED;
    }
}
