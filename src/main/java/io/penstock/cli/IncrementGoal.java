/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.LocalRun.Goal;
import java.util.List;
import java.util.OptionalLong;

/**
 * Looks whether a run of a job of increments has come to its end: whether the watermark of every subtask of the job's keyed operator has.
 * What closes windows and seals them behind it is not waited for: it stands ahead of the savepoint's barrier on every channel, and the
 * stop commits it.
 *
 * <p>Looked at twice: a stream that goes on behind lost history tells of the passes that it wants, which move the end, in the moment in which
 * its watermark goes on. Used by one thread.
 */
final class IncrementGoal implements Goal {
    private final int parallelism;
    private final RunView view;
    private long end;
    private boolean wasReached;
    private RunStatus status = RunStatus.beginning();
    private String savepoint;

    /** @param told the end that the job was told, in milliseconds; a snapshot that is read later moves it */
    IncrementGoal(long told, int parallelism, RunView view) {
        this.end = told;
        this.parallelism = parallelism;
        this.view = view;
    }

    @Override
    public boolean isReached(MetricsView metrics, RunStatus now) {
        OptionalLong told = metrics.greatest("incrementEnd");
        if (told.isEmpty()) {
            return false;
        }
        if (told.getAsLong() != end) {
            end = told.getAsLong();
            wasReached = false;
            view.say("  this run ends at " + NextIncrement.text(end)
                    + ", the first bound behind what the snapshot holds, once the source has come to it");
        }
        List<Long> watermarks = metrics.values("reconcile", "currentInputWatermark");
        status = now;
        boolean before = wasReached;
        wasReached = watermarks.size() == parallelism && watermarks.stream().allMatch(reached -> reached >= end - 1);
        return before && wasReached;
    }

    @Override
    public void stopped(String path) {
        savepoint = path;
    }

    /** Everything before it is exported, in milliseconds. */
    long end() {
        return end;
    }

    /** What the job counted since Flink last started it. */
    RunStatus status() {
        return status;
    }

    /** With which the job was stopped at the end; null when it did not come to it. */
    String savepoint() {
        return savepoint;
    }
}
