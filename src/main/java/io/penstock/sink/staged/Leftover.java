/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

/**
 * Which stages belong to nobody when a job starts from a checkpoint N, or from nothing (N = 0). Decided by each starting writer for the
 * subtasks of earlier attempts that fall to it.
 *
 * <p>A stage tells after which checkpoint it was begun. One begun after N or later is in no checkpoint that the job has: its changes
 * will be written again. One begun before N is in N or an earlier checkpoint, thus applied or about to be, unless its writer was one
 * that the job had given up and that did not know it yet (a frozen machine). Such a one falls {@value #SURELY_APPLIED} checkpoints later:
 * what N still holds unapplied was staged since the last checkpoint that completed, and a job is restarted long before so many fail.
 *
 * @param subtask of the starting writer
 * @param parallelism of the starting job
 * @param restoredCheckpoint N; 0 when the job starts from nothing
 */
public record Leftover(int subtask, int parallelism, long restoredCheckpoint) {
    static final long SURELY_APPLIED = 1000;

    /** Whether a stage of the sink is to be removed by this writer. */
    public boolean includes(int stagedBy, long afterCheckpoint) {
        return stagedBy % parallelism == subtask
                && (afterCheckpoint >= restoredCheckpoint || afterCheckpoint < restoredCheckpoint - SURELY_APPLIED);
    }
}
