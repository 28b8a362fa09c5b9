/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.SourceRecord;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.source.Watermarks;
import io.penstock.source.fetch.Fetched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceOutput;

/** How far the stream was emitted. */
final class StreamState implements SplitState {
    private final Map<Namespace, NamespaceEpoch> epochs;
    private final List<WantedEpoch> wanted;
    private StreamPosition position;
    private FloorSweep sweep;
    private int scopeChanges;
    private boolean hasBegun;
    private long stopAfter;
    private long wantedHold;

    StreamState(StreamSplit start) {
        epochs = new HashMap<>(start.epochs());
        wanted = new ArrayList<>(start.wanted());
        position = start.position();
        sweep = start.sweep();
        scopeChanges = start.scopeChanges();
        hasBegun = start.hasBegun();
        stopAfter = start.stopAfter();
        wantedHold = wantedHold();
    }

    @Override
    public void emit(Fetched fetched, SourceOutput<SourceRecord> output) {
        if (!hasBegun) {
            emitBeginning(output);
            hasBegun = true;
        }
        if (fetched instanceof Fetched.Change change) {
            output.collect(change.event(), change.event().version().timestamp());
            position = change.position();
            epochs.putIfAbsent(change.event().namespace(), NamespaceEpoch.YOUNGER);
        } else if (fetched instanceof Fetched.Progress progress) {
            position = progress.position();
            sweep = null;
            progress.epochs()
                    .forEach((namespace, epoch) -> emit(
                            PassMark.ended(
                                    namespace,
                                    epoch.epoch(),
                                    progress.position().clusterTime()),
                            output));
            progress.wanted()
                    .forEach(pass -> emit(PassMark.begun(pass.namespace(), pass.epoch(), pass.start()), output));
            epochs.putAll(progress.epochs());
            wanted.addAll(progress.wanted());
            scopeChanges = Math.max(scopeChanges, progress.scopeChanges());
            wantedHold = wantedHold();
        } else if (fetched instanceof Fetched.FloorCell cell) {
            output.collect(cell.floor(), cell.floor().version().timestamp());
            sweep = cell.behind();
        } else if (fetched instanceof Fetched.GhostCell cell) {
            output.collect(cell.sweep(), cell.sweep().version().timestamp());
            sweep = cell.behind();
        } else if (fetched instanceof Fetched.HistoryGap gap) {
            goOnBehind(gap, output);
        } else {
            throw new IllegalStateException("not of the stream: " + fetched.getClass());
        }
    }

    private void goOnBehind(Fetched.HistoryGap gap, SourceOutput<SourceRecord> output) {
        long from = position.clusterTime();
        long to = gap.position().clusterTime();
        emit(PassMark.lost(PassMark.EVERYWHERE, 0, from, to), output);
        gap.epochs().forEach((namespace, epoch) -> {
            emit(PassMark.lost(namespace, epoch.epoch(), from, to), output);
            if (epoch.start() == 0) {
                emit(PassMark.ended(namespace, epoch.epoch(), to), output);
            } else {
                emit(PassMark.begun(namespace, epoch.epoch(), epoch.start()), output);
            }
        });
        position = gap.position();
        sweep = gap.sweep();
        epochs.putAll(gap.epochs());
        wanted.addAll(gap.wanted());
        wantedHold = wantedHold();
    }

    private boolean isBehindGap() {
        return sweep != null && sweep.isAfterGap();
    }

    /** Before everything else. A job that goes on from a checkpoint of before the first fetch repeats them. */
    private void emitBeginning(SourceOutput<SourceRecord> output) {
        emit(PassMark.origin(position.clusterTime()), output);
        epochs.forEach((namespace, epoch) -> {
            if (epoch.start() != 0) {
                emit(PassMark.begun(namespace, epoch.epoch(), epoch.start()), output);
            }
        });
    }

    private static void emit(PassMark mark, SourceOutput<SourceRecord> output) {
        output.collect(mark, mark.version().timestamp());
    }

    private long wantedHold() {
        return wanted.stream()
                .mapToLong(epoch -> Watermarks.below(epoch.start()))
                .min()
                .orElse(Watermarks.UNHELD);
    }

    /**
     * The watermark that the stream allows, in milliseconds: below its position and below every pass asked for. None while the beginning behind
     * lost history is told: it would pass the start of an earlier pass in cells that do not know yet that this one was never read to its end.
     */
    long watermark() {
        if (isBehindGap()) {
            return Watermarks.NONE;
        }
        return Math.min(Watermarks.below(position.clusterTime()), wantedHold);
    }

    StreamPosition position() {
        return position;
    }

    List<WantedEpoch> wanted() {
        return wanted;
    }

    /** The enumerator holds the watermark for a pass from now on. */
    void taken(Namespace namespace, long start) {
        wanted.removeIf(epoch -> epoch.namespace().equals(namespace) && epoch.start() == start);
        wantedHold = wantedHold();
    }

    void stopAfter(long clusterTime) {
        stopAfter = clusterTime;
    }

    @Override
    public StreamSplit split() {
        return new StreamSplit(position, stopAfter, epochs, wanted, sweep, scopeChanges, hasBegun, false);
    }

    @Override
    public StreamSplit finished() {
        return new StreamSplit(position, stopAfter, epochs, wanted, sweep, scopeChanges, hasBegun, true);
    }
}
