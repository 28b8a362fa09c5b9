/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.source.Scope;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.source.fetch.Fetched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the stream goes on behind lost history: what every namespace becomes there, and what has to be told of it cell by cell.
 *
 * <p><b>First the decision, then the cells.</b> The time T at which the stream goes on, with a pass over each collection, is in the reader's
 * state before a cell is emitted. A checkpoint has the decision and the cells up to some place, or neither; a restart goes on at that
 * place, or loses history once more and decides anew. Were a cell told of a T that was never decided, its documents would be deleted at a
 * pass that never came.
 *
 * <p><b>No watermark meanwhile</b>, so that no cell that has not been told yet takes an earlier pass, which will never be read to its end,
 * for complete.
 */
final class BehindGap {
    /** As many cells at once: there may be many namespaces. */
    private static final int AT_ONCE = 8192;

    private BehindGap() {}

    /**
     * The decision.
     *
     * @param time where the stream goes on
     * @param present the collections that were there when they were listed, after that time
     */
    static Fetched.HistoryGap decide(
            long time, Collection<Namespace> present, Map<Namespace, NamespaceEpoch> known, Scope scope) {
        TreeMap<Namespace, NamespaceEpoch> epochs = new TreeMap<>();
        known.forEach((namespace, epoch) -> {
            if (scope.matches(namespace)) {
                epochs.put(namespace, new NamespaceEpoch(epoch.epoch(), 0));
            }
        });
        List<WantedEpoch> wanted = new ArrayList<>();
        for (Namespace namespace : new TreeSet<>(present)) {
            int epoch = known.getOrDefault(namespace, NamespaceEpoch.YOUNGER).epoch() + 1;
            epochs.put(namespace, new NamespaceEpoch(epoch, time));
            wanted.add(new WantedEpoch(namespace, epoch, time));
        }
        FloorSweep sweep = epochs.isEmpty()
                ? null
                : new FloorSweep(
                        epochs.firstKey(), time, epochs.firstEntry().getValue().epoch(), 0, true);
        return new Fetched.HistoryGap(StreamPosition.at(time), Map.copyOf(epochs), List.copyOf(wanted), sweep);
    }

    /**
     * Some of the cells: a sweep when a pass over the namespace has begun, else a floor, for it is not there any more.
     *
     * @return what is left; null for nothing
     */
    static FloorSweep tell(FloorSweep from, Map<Namespace, NamespaceEpoch> epochs, Scope scope, List<Fetched> out) {
        FloorSweep next = from;
        while (next != null && out.size() < AT_ONCE) {
            FloorSweep now = next;
            next = behind(now, epochs, scope);
            long time = now.clusterTime();
            if (epochs.get(now.namespace()).start() == time) {
                GhostSweep sweep = new GhostSweep(now.namespace(), now.nextCell(), Version.row(time), now.epoch());
                out.add(new Fetched.GhostCell(sweep, next));
            } else {
                Floor floor = new Floor(now.namespace(), now.nextCell(), Version.event(time), now.epoch());
                out.add(new Fetched.FloorCell(floor, next));
            }
        }
        return next;
    }

    private static FloorSweep behind(FloorSweep now, Map<Namespace, NamespaceEpoch> epochs, Scope scope) {
        if (now.nextCell() + 1 < Key.CELLS) {
            return new FloorSweep(now.namespace(), now.clusterTime(), now.epoch(), now.nextCell() + 1, true);
        }
        return epochs.keySet().stream()
                .filter(namespace -> namespace.compareTo(now.namespace()) > 0 && scope.matches(namespace))
                .min(Namespace::compareTo)
                .map(next ->
                        new FloorSweep(next, now.clusterTime(), epochs.get(next).epoch(), 0, true))
                .orElse(null);
    }
}
