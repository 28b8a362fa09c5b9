/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.RunStatus.SnapshotProgress;
import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar for each collection whose snapshot is being read; on a terminal only. Used by one thread. */
final class SnapshotBars implements AutoCloseable {
    private final Map<String, ProgressBar> bars = new HashMap<>();

    /** Moves the bars, begins those of new collections and ends those that are full; true while one is left. */
    boolean update(Map<String, SnapshotProgress> snapshots) {
        snapshots.forEach((collection, progress) -> {
            if (progress.read() < progress.expected()) {
                bars.computeIfAbsent(collection, SnapshotBars::begin)
                        .maxHint(progress.expected())
                        .stepTo(progress.read());
            } else if (bars.containsKey(collection)) {
                ProgressBar full = bars.remove(collection);
                full.stepTo(progress.expected());
                full.close();
            }
        });
        return !bars.isEmpty();
    }

    @Override
    public void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
    }

    private static ProgressBar begin(String collection) {
        return new ProgressBarBuilder()
                .setTaskName(collection)
                .setUnit(" rows", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed()
                .build();
    }
}
