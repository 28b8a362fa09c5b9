/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one key that wait. Events that wait hold their content up to a limit; beyond it they keep only what they are, and their
 * document is fetched at its own time once waiting is over, so that the same changes come out.
 */
final class PendingRecords {
    private final long limit;
    private final Counts counts;

    PendingRecords(long limit, Counts counts) {
        this.limit = limit;
        this.counts = counts;
    }

    /** What waited, in the order of the stream; nothing waits afterwards. */
    record Taken(SnapshotRow row, List<ChangeEvent> events) {}

    /** Puts an event behind what waits; one that waits already, or that the waiting row includes, is dropped. */
    void append(KeyState state, ChangeEvent event, long due) {
        Waiting known = state.waiting();
        Waiting waiting = known == null ? Waiting.until(due) : known;
        if (isIncluded(waiting, event)) {
            counts.add(Count.INCLUDED);
            return;
        }
        if (waiting.last() != null && !Versions.isNews(event, waiting.last(), waiting.lastIsDelete())) {
            counts.add(event.version().equals(waiting.last()) ? Count.DUPLICATE : Count.STALE);
            return;
        }
        long content = length(event.document()) + length(event.delta());
        boolean fits = content == 0 || waiting.bytes() + content <= limit;
        if (!fits) {
            counts.add(Count.PENDING_THINNED);
        }
        state.pending(waiting.count() + 1, fits ? event : withoutContent(event));
        boolean isDelete = event.kind() == Kind.DELETE;
        state.waiting(waiting.withEvent(event.version(), isDelete, fits ? content : 0));
        mark(state);
        counts.add(Count.PENDING);
    }

    private static boolean isIncluded(Waiting waiting, ChangeEvent event) {
        return waiting.row() != null && Long.compareUnsigned(event.version().clusterTime(), waiting.readFrom()) <= 0;
    }

    /** Keeps an inexact row until the stream has passed its version. */
    void keep(KeyState state, SnapshotRow row) {
        Waiting known = state.waiting();
        Waiting waiting = known == null ? Waiting.until(0) : known;
        state.pending(Slot.ROW, row);
        state.waiting(waiting.withRow(row.version(), row.readFrom()));
        mark(state);
    }

    Taken takeAll(KeyState state) {
        Waiting waiting = state.waiting();
        SnapshotRow row = waiting.row() == null ? null : (SnapshotRow) state.pending(Slot.ROW);
        List<ChangeEvent> events = new ArrayList<>(waiting.count());
        for (int slot = 1; slot <= waiting.count(); slot++) {
            events.add((ChangeEvent) state.pending(slot));
            state.pending(slot, null);
        }
        if (row != null) {
            state.pending(Slot.ROW, null);
        }
        state.waiting(null);
        Meta meta = state.meta();
        state.meta(meta.version() == null ? null : meta.withWaiting(false));
        return new Taken(row, events);
    }

    /** Drops what a floor ends. */
    void floor(KeyState state, Version floor) {
        long due = state.waiting().due();
        Taken taken = takeAll(state);
        SnapshotRow row = taken.row();
        if (row != null && Versions.isAbove(row, floor)) {
            keep(state, row);
        } else if (row != null) {
            counts.add(Count.BELOW_FLOOR);
        }
        for (ChangeEvent event : taken.events()) {
            if (Versions.isAbove(event, floor)) {
                append(state, event, due);
            } else {
                counts.add(Count.BELOW_FLOOR);
            }
        }
    }

    private static void mark(KeyState state) {
        Meta meta = state.meta();
        if (meta == null) {
            state.meta(Meta.ONLY_WAITING);
        } else if (!meta.waiting()) {
            state.meta(meta.withWaiting(true));
        }
    }

    private static ChangeEvent withoutContent(ChangeEvent event) {
        return new ChangeEvent(
                event.namespace(),
                event.key(),
                event.version(),
                event.kind(),
                event.epoch(),
                event.epochStart(),
                event.documentKey(),
                null,
                null);
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
