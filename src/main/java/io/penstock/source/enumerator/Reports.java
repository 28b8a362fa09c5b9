/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.enumerator.EnumeratorState.Progress;
import io.penstock.store.SourceProgress;
import io.penstock.store.SplitProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Gathers what readers tell of checkpoints that are not complete yet. */
final class Reports {
    private static final class Report {
        private final List<SplitProgress> splits = new ArrayList<>();
        private long done;
        private long estimated;
        private boolean isRead;
    }

    private final LongSupplier nanoTime;
    private final long since;
    private final NavigableMap<Long, Report> open = new TreeMap<>();
    private long doneAtFirst = -1;

    Reports(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /**
     * Takes what the enumerator knows of the namespaces: their documents, and how many of them were in splits that are read.
     *
     * @param isRead whether no split is left, however many documents were thought to be in them
     */
    void checkpoint(long checkpoint, Collection<Progress> namespaces, boolean isRead) {
        Report report = report(checkpoint);
        report.isRead = isRead;
        report.done = namespaces.stream().mapToLong(Progress::done).sum();
        report.estimated = namespaces.stream().mapToLong(Progress::documents).sum();
    }

    void add(long checkpoint, List<SplitProgress> splits) {
        report(checkpoint).splits.addAll(splits);
    }

    private Report report(long checkpoint) {
        return open.computeIfAbsent(checkpoint, any -> new Report());
    }

    /** What was told of a checkpoint; those before it are passed over. */
    SourceProgress complete(long checkpoint) {
        Report report = report(checkpoint);
        open.headMap(checkpoint, true).clear();
        long underWay = report.splits.stream()
                .filter(split -> !split.isFinished())
                .mapToLong(SplitProgress::documents)
                .sum();
        long done = report.done + underWay;
        if (doneAtFirst < 0) {
            doneAtFirst = done;
        }
        return new SourceProgress(
                report.splits,
                done,
                report.estimated,
                report.isRead ? OptionalLong.of(0) : secondsLeft(done, report.estimated));
    }

    private OptionalLong secondsLeft(long done, long estimated) {
        long read = done - doneAtFirst;
        if (done >= estimated) {
            return OptionalLong.of(0);
        }
        double seconds = (nanoTime.getAsLong() - since) / (double) TimeUnit.SECONDS.toNanos(1);
        return read <= 0
                ? OptionalLong.empty()
                : OptionalLong.of((long) Math.ceil((estimated - done) * seconds / read));
    }
}
