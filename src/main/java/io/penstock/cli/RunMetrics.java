/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.RunStatus.SnapshotProgress;
import java.util.Map;
import java.util.TreeMap;

/** Which of the job's metrics a run shows. */
final class RunMetrics {
    private static final String DONE = "snapshotDocumentsDone";
    private static final String ESTIMATED = "snapshotDocumentsEstimated";
    private static final String NAMESPACE = "<namespace>";

    private RunMetrics() {}

    static RunStatus status(MetricsView metrics) {
        long rows = metrics.sum("reconcile", "rows");
        return new RunStatus(
                System.nanoTime(),
                rows,
                metrics.sum("reconcile", "events"),
                metrics.sum("reconcile", "changes"),
                metrics.greatest("streamLag"),
                metrics.greatest("numRestarts").orElse(0),
                snapshots(metrics.gauges(DONE, NAMESPACE), metrics.gauges(ESTIMATED, NAMESPACE), rows));
    }

    /**
     * How far each collection is. What is done is known by whole splits, and a small collection is one split; so the rows
     * that were counted beyond all done splits are credited, in the order of the names, to the collections that are not
     * done: they are read one after the other.
     */
    static Map<String, SnapshotProgress> snapshots(Map<String, Long> done, Map<String, Long> estimated, long rows) {
        Map<String, SnapshotProgress> snapshots = new TreeMap<>();
        long beyond = Math.max(
                0, rows - done.values().stream().mapToLong(Long::longValue).sum());
        for (Map.Entry<String, Long> each : new TreeMap<>(estimated).entrySet()) {
            long whole = done.getOrDefault(each.getKey(), 0L);
            // A split that is open is never shown as the last of its collection: one row stays.
            long credit = Math.max(0, Math.min(beyond, each.getValue() - whole - 1));
            beyond -= credit;
            snapshots.put(each.getKey(), new SnapshotProgress(whole + credit, each.getValue()));
        }
        return snapshots;
    }
}
