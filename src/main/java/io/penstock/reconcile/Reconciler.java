/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.DocumentLookup;
import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rules that make one exact history of a document out of snapshot rows and change events in any order that keeps the stream's: the
 * greater version wins, and what is emitted does not depend on who was faster. One key at a time; state, lookups and emitted changes are
 * passed in. Runs on the keyed operator's thread.
 *
 * <p>With rows read at the epoch's start {@code T0}, each key's changes are the same in every interleaving:
 * <ul>
 *   <li>Events up to {@code T0} are in every row: dropped.
 *   <li>A key that existed at {@code T0} has a row, and its first event is an update, replace or delete. Such an event waits, and
 *       all behind it, until the row has come: then the row goes first, whatever came first.
 *   <li>A key that did not exist at {@code T0} has no row, and its first event is an insert: nothing to wait for.
 * </ul>
 * A row read later includes some of the events: those are dropped, and from the greatest read time on all is the same again. A key
 * whose row never comes was deleted before its range was read; the watermark passes {@code T0} once the epoch is complete and says so.
 */
final class Reconciler {
    private final Exporter exporter;
    private final Applier applier;
    private final PendingRecords pending;
    private final InexactRow inexact = new InexactRow();
    private final Counts counts;

    Reconciler(ReconcileOptions options, DocumentLookup lookup, Consumer<ChangeRecord> out, Counts counts) {
        this.counts = counts;
        exporter = new Exporter(options, out, counts);
        applier = new Applier(options.keepsImages(), exporter, lookup, counts);
        pending = new PendingRecords(options.pendingLimit(), counts);
    }

    /**
     * A snapshot row arrives.
     *
     * @param watermark the current one, in milliseconds
     * @param floor the greatest that the key's cell is known to have, or null
     * @throws IllegalStateException when it is late and would be used: the source promised that no row comes any more, and windows
     *     that the row belongs to may be closed
     */
    void row(KeyState state, SnapshotRow row, long watermark, Version floor) throws IOException {
        counts.add(Count.ROWS);
        Meta meta = state.meta();
        Version known = meta == null ? null : meta.version();
        int order = known == null ? 1 : row.version().compareTo(known);
        if (order <= 0) {
            counts.add(order == 0 ? Count.DUPLICATE : Count.STALE);
            if (meta.epoch() < row.epoch()) {
                state.meta(meta.withEpoch(row.epoch()));
            }
            return;
        }
        if (row.version().timestamp() <= watermark) {
            throw new IllegalStateException("a late snapshot row: " + row.namespace() + " " + row.key() + " read at "
                    + row.version() + " arrived after the watermark " + watermark
                    + " had closed its epoch; the export would depend on luck from here on");
        }
        if (!row.isExact()) {
            inexactRow(state, meta, row, floor);
        } else if (meta == null || !meta.waiting()) {
            exportRow(state, row, row.version(), row.document());
        } else if (isOutrun(state.waiting(), row)) {
            counts.add(Count.REDUNDANT);
        } else {
            PendingRecords.Taken taken = pending.takeAll(state);
            if (taken.row() != null) {
                counts.add(Count.REDUNDANT);
            }
            exportRow(state, row, row.version(), row.document());
            follow(state, taken.events());
        }
    }

    /**
     * Whether the events right after an exact row have been dropped already, because an inexact row that waits includes them: the two
     * may meet when a range is read again after a restart, by another kind of read.
     */
    private static boolean isOutrun(Waiting waiting, SnapshotRow row) {
        return waiting.row() != null && Long.compareUnsigned(row.version().clusterTime(), waiting.readFrom()) < 0;
    }

    private void inexactRow(KeyState state, Meta meta, SnapshotRow row, Version floor) throws IOException {
        Waiting waiting = meta != null && meta.waiting() ? state.waiting() : null;
        // A pass that was begun again after a failure has the number of the first attempt, but starts later.
        boolean follows = meta != null
                && meta.version() != null
                && meta.epoch() >= row.epoch()
                && !meta.superseded()
                && (floor == null || meta.version().compareTo(floor) > 0);
        boolean outrun = meta != null
                && meta.version() != null
                && Long.compareUnsigned(meta.version().clusterTime(), row.readFrom()) > 0;
        if (follows || outrun || (waiting != null && waiting.row() != null)) {
            counts.add(Count.REDUNDANT);
            return;
        }
        pending.keep(state, row);
        if (waiting != null && waiting.last() != null && waiting.last().compareTo(row.version()) > 0) {
            settle(state);
        }
    }

    /**
     * An event arrives, in the stream's order of its key.
     *
     * @param watermark the current one, in milliseconds
     */
    void event(KeyState state, ChangeEvent event, long watermark) throws IOException {
        counts.add(Count.EVENTS);
        if (Versions.isBeforeEpoch(event)) {
            counts.add(Count.BEFORE_EPOCH);
            return;
        }
        Meta meta = state.meta();
        if (meta != null && meta.waiting()) {
            Waiting waiting = state.waiting();
            boolean passed = waiting.row() != null && event.version().compareTo(waiting.row()) > 0;
            if (!passed) {
                pending.append(state, event, waiting.due());
                return;
            }
            settle(state);
        } else if (!Versions.isKnown(meta, event) && Versions.mayRowCome(event, watermark)) {
            if (event.kind() != Kind.INSERT) {
                pending.append(state, event, Version.timestamp(event.epochStart()));
                return;
            }
            endOldImage(state, meta, event);
        }
        applier.apply(state, event);
    }

    /** An insert tells that an image from before the epoch had been deleted unseen. */
    private void endOldImage(KeyState state, Meta meta, ChangeEvent event) {
        if (meta != null && meta.exported()) {
            Exporter.At at = new Exporter.At(event.namespace(), Version.row(event.epochStart()), event.epoch());
            exporter.delete(state, meta, at, null);
            state.meta(exporter.tombstone(meta, at));
        }
    }

    /** The watermark has passed a time for which the key asked to be woken. */
    void due(KeyState state, long time) throws IOException {
        Waiting waiting = state.waiting();
        if (waiting != null && waiting.due() <= time) {
            settle(state);
        }
    }

    /** Waiting is over: the stream has passed the inexact row, or the epoch is complete and no row has come. */
    private void settle(KeyState state) throws IOException {
        PendingRecords.Taken taken = pending.takeAll(state);
        if (taken.row() != null) {
            settleRow(state, taken.row(), taken.events());
        } else {
            follow(
                    state,
                    taken.events()
                            .subList(firstImage(taken.events()), taken.events().size()));
        }
    }

    /** The row never came, so the document was gone before its range was read: deltas before the first event with an image can go. */
    private int firstImage(List<ChangeEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).kind() != Kind.UPDATE || events.get(i).document() != null) {
                for (int skipped = 0; skipped < i; skipped++) {
                    counts.add(Count.PENDING_SKIPPED);
                }
                return i;
            }
        }
        return 0;
    }

    private void settleRow(KeyState state, SnapshotRow row, List<ChangeEvent> events) throws IOException {
        int from = 0;
        while (from < events.size()
                && Long.compareUnsigned(events.get(from).version().clusterTime(), row.readFrom()) <= 0) {
            from++;
        }
        int to = from;
        while (to < events.size() && events.get(to).version().compareTo(row.version()) < 0) {
            to++;
        }
        List<ChangeEvent> inside = events.subList(from, to);
        InexactRow.Outcome outcome = inexact.settle(row, inside);
        if (outcome instanceof InexactRow.Outcome.Document told) {
            exportRow(state, row, row.version(), told.document());
        } else if (outcome instanceof InexactRow.Outcome.Gone gone) {
            applier.apply(state, gone.delete());
        } else {
            lookUpRow(state, row, inside.get(inside.size() - 1));
        }
        follow(state, events);
    }

    private void lookUpRow(KeyState state, SnapshotRow row, ChangeEvent last) throws IOException {
        counts.add(Count.LOOKUPS_AMBIGUOUS);
        Found found = applier.find(last, row.version());
        if (found.document() != null) {
            exportRow(state, row, Version.row(found.clusterTime()), found.document());
        } else {
            Meta meta = state.meta();
            state.meta((meta == null ? Meta.NOTHING : meta).supersededAt(row.version(), row.epoch()));
        }
    }

    private void exportRow(KeyState state, SnapshotRow row, Version version, byte[] document) {
        Exporter.At at = new Exporter.At(row.namespace(), version, row.epoch());
        exporter.row(state, state.meta(), at, DocumentKeys.ofDocument(document), document);
    }

    /** Applies what waited, in order; what the state has by now is dropped. */
    private void follow(KeyState state, List<ChangeEvent> events) throws IOException {
        for (ChangeEvent event : events) {
            Meta meta = state.meta();
            if (meta != null
                    && meta.version() != null
                    && meta.version().isRow()
                    && event.version().compareTo(meta.version()) < 0) {
                counts.add(Count.INCLUDED);
            } else {
                applier.apply(state, event);
            }
        }
    }

    /** A record arrived whose namespace has ended since. */
    void belowFloor() {
        counts.add(Count.BELOW_FLOOR);
    }

    /** History was lost, and a pass begins: what waits for the row of an earlier one, or for events that are lost, is in the pass. */
    void lost(KeyState state, GhostSweep sweep) {
        if (state.meta().waiting()) {
            pending.floor(state, sweep.floor());
        }
    }

    /**
     * The pass behind lost history is complete: a key that it did not meet is gone. It was met when its version is not older, be it by a row
     * or by an event behind the gap, or when a row of it waits.
     */
    void ghost(KeyState state, GhostSweep sweep) {
        Meta meta = state.meta();
        boolean isOlder =
                meta != null && meta.version() != null && meta.version().compareTo(sweep.version()) < 0;
        if (!isOlder || (meta.waiting() && state.waiting().row() != null)) {
            return;
        }
        if (meta.exported()) {
            counts.add(Count.GHOSTS);
            Exporter.At at = new Exporter.At(sweep.namespace(), sweep.version(), sweep.epoch());
            exporter.delete(state, meta, at, null);
        }
        state.meta(meta.waiting() ? Meta.ONLY_WAITING : null);
    }

    /** A dead letter is to be exported after all: emitted for its sink alone, in order with the key's changes. The key's state stays as it is. */
    void replay(KeyState state, DeadLetter letter) {
        exporter.replay(state, letter);
    }

    /** The namespace ended: what the key had up to then is gone. */
    void floor(KeyState state, Floor floor) {
        if (state.meta().waiting()) {
            pending.floor(state, floor.version());
        }
        Meta meta = state.meta();
        if (meta == null || meta.version() == null || meta.version().compareTo(floor.version()) > 0) {
            return;
        }
        if (meta.exported()) {
            counts.add(Count.SWEPT);
            Exporter.At at = new Exporter.At(floor.namespace(), floor.version(), floor.epoch());
            exporter.delete(state, meta, at, null);
        }
        state.meta(meta.waiting() ? Meta.ONLY_WAITING : null);
    }
}
