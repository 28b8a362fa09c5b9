/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Floor;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.source.fetch.Fetched;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns events of the stream, in their order, into what is emitted. Whatever it decides follows from the stream alone, so
 * that a stream read again decides the same.
 *
 * <p>A namespace that is dropped, renamed away or renamed onto at T gets a floor: one record a cell, at T, in the stream's
 * order, so that no broadcast is needed: what the floor deletes came before it, and what is older than it and comes later (rows
 * of splits still being read) finds it there. Content that comes by a rename is in no event; it needs a pass of its own, which
 * starts at T: rows read at T or later lie above the floor. A collection that a change of the scope brings in is treated the same, at
 * the time of the change.
 */
final class StreamInterpreter {
    private final Scope scope;
    private final Map<Namespace, NamespaceEpoch> epochs;
    private final Deque<ScopeChange> ahead = new ArrayDeque<>();
    private FloorSweep unfinished;
    private int crossed;

    /** @param changes every change that the scope has had */
    StreamInterpreter(Scope scope, StreamSplit split, List<ScopeChange> changes) {
        this.scope = scope;
        this.epochs = new HashMap<>(split.epochs());
        this.unfinished = split.sweep();
        this.crossed = split.scopeChanges();
        for (ScopeChange change : changes.subList(crossed, changes.size())) {
            ahead.add(change.notBefore(split.position().clusterTime()));
        }
    }

    /** Whether it is an event of a document in the scope. */
    boolean isWatched(RawChange change) {
        return kind(change.operation()) != null && isWatched(change.namespace(), change.clusterTime());
    }

    private boolean isWatched(Namespace namespace, long clusterTime) {
        if (!scope.matches(namespace)) {
            return false;
        }
        for (ScopeChange change : ahead) {
            if (!change.lets(namespace, clusterTime)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The stream goes beyond a cluster time: whatever changes of the scope lie before it are due.
     *
     * @param position where the stream stands, before it
     */
    void cross(long clusterTime, StreamPosition position, List<Fetched> out) {
        while (!ahead.isEmpty()
                && Long.compareUnsigned(clusterTime, ahead.peek().time()) > 0) {
            enter(ahead.poll(), position, out);
        }
    }

    private void enter(ScopeChange change, StreamPosition position, List<Fetched> out) {
        Map<Namespace, NamespaceEpoch> changed = new HashMap<>();
        List<WantedEpoch> wanted = new ArrayList<>();
        for (ScopeChange.Entered entered : change.entered()) {
            Namespace namespace = entered.namespace();
            if (!scope.matches(namespace)) {
                continue;
            }
            NamespaceEpoch old = epochs.getOrDefault(namespace, NamespaceEpoch.YOUNGER);
            if (entered.isBack()) {
                floor(namespace, change.time(), old.epoch(), out);
            }
            int epoch = entered.isBack() ? old.epoch() + 1 : old.epoch();
            changed.put(namespace, new NamespaceEpoch(epoch, entered.isRead() ? change.time() : 0));
            if (entered.isRead()) {
                wanted.add(new WantedEpoch(namespace, epoch, change.time()));
            }
        }
        epochs.putAll(changed);
        unfinished = null;
        crossed++;
        out.add(new Fetched.Progress(position, Map.copyOf(changed), List.copyOf(wanted), crossed));
    }

    void interpret(RawChange change, List<Fetched> out) {
        ChangeEvent.Kind kind = kind(change.operation());
        if (kind == null) {
            structural(change, out);
        } else if (isWatched(change.namespace(), change.clusterTime())) {
            out.add(new Fetched.Change(event(change, kind), change.position()));
        } else {
            out.add(Fetched.Progress.to(change.position()));
        }
    }

    private ChangeEvent event(RawChange change, ChangeEvent.Kind kind) {
        NamespaceEpoch epoch = epochs.get(change.namespace());
        if (epoch == null) {
            epoch = NamespaceEpoch.YOUNGER;
            epochs.put(change.namespace(), epoch);
        }
        return new ChangeEvent(
                change.namespace(),
                Key.of(change.documentKey()),
                change.version(),
                kind,
                epoch.epoch(),
                epoch.start(),
                change.documentKey(),
                change.fullDocument(),
                change.updateDescription());
    }

    private static ChangeEvent.Kind kind(String operation) {
        return switch (operation) {
            case "insert" -> ChangeEvent.Kind.INSERT;
            case "update" -> ChangeEvent.Kind.UPDATE;
            case "replace" -> ChangeEvent.Kind.REPLACE;
            case "delete" -> ChangeEvent.Kind.DELETE;
            default -> null;
        };
    }

    private void structural(RawChange change, List<Fetched> out) {
        Map<Namespace, NamespaceEpoch> changed = new HashMap<>();
        List<WantedEpoch> wanted = new ArrayList<>();
        for (Namespace namespace : ended(change)) {
            NamespaceEpoch old = epochs.getOrDefault(namespace, NamespaceEpoch.YOUNGER);
            floor(namespace, change.clusterTime(), old.epoch(), out);
            NamespaceEpoch now = new NamespaceEpoch(old.epoch(), 0);
            if (namespace.equals(change.to())) {
                now = new NamespaceEpoch(old.epoch() + 1, change.clusterTime());
                wanted.add(new WantedEpoch(namespace, now.epoch(), now.start()));
            }
            changed.put(namespace, now);
        }
        epochs.putAll(changed);
        unfinished = null;
        out.add(new Fetched.Progress(change.position(), Map.copyOf(changed), List.copyOf(wanted), 0));
    }

    /** The watched namespaces whose content ends with an event, in a fixed order. */
    private Set<Namespace> ended(RawChange change) {
        Set<Namespace> ended = new LinkedHashSet<>();
        switch (change.operation()) {
            case "drop" -> ended.add(change.namespace());
            case "rename" -> {
                ended.add(change.namespace());
                ended.add(change.to());
            }
                // Every collection has had its own drop before; this is for those that a server should have passed
                // over.
            case "dropDatabase" -> {
                for (Map.Entry<Namespace, NamespaceEpoch> entry : epochs.entrySet()) {
                    if (entry.getKey().database().equals(change.database())
                            && entry.getValue().start() != 0) {
                        ended.add(entry.getKey());
                    }
                }
                ended = new TreeSet<>(ended);
            }
            default -> {}
        }
        ended.removeIf(namespace -> !isWatched(namespace, change.clusterTime()));
        return ended;
    }

    private void floor(Namespace namespace, long clusterTime, int epoch, List<Fetched> out) {
        int first = 0;
        if (unfinished != null && unfinished.clusterTime() == clusterTime) {
            if (!unfinished.namespace().equals(namespace)) {
                return;
            }
            first = unfinished.nextCell();
            unfinished = null;
        }
        Version version = Version.event(clusterTime);
        for (int cell = first; cell < Key.CELLS; cell++) {
            out.add(new Fetched.FloorCell(
                    new Floor(namespace, cell, version, epoch),
                    FloorSweep.of(namespace, clusterTime, epoch, cell + 1)));
        }
    }

    /**
     * What happened behind the position is lost, and the stream goes on at a time at which the collections were listed; see
     * {@link BehindGap}. Whatever changes of the scope lie in the gap are due first.
     */
    void loseUpTo(long clusterTime, Collection<Namespace> present, StreamPosition position, List<Fetched> out) {
        cross(clusterTime + 1, position, out);
        Fetched.HistoryGap gap = BehindGap.decide(clusterTime, present, epochs, scope);
        epochs.putAll(gap.epochs());
        unfinished = gap.sweep();
        out.add(gap);
    }

    /** Whether something has to be told of lost history, before anything else. */
    boolean isBehindGap() {
        return unfinished != null && unfinished.isAfterGap();
    }

    /** Tells the next part of it. */
    void tellBehindGap(List<Fetched> out) {
        unfinished = BehindGap.tell(unfinished, epochs, scope, out);
    }
}
