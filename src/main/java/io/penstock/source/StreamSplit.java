/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Namespace;
import java.util.List;
import java.util.Map;

/**
 * The change stream of the whole scope, with all that its reader has to remember.
 *
 * @param position where to go on
 * @param stopAfter the cluster time after which the stream ends, its own events included; 0 for never
 * @param epochs the passes whose rows may meet the stream's events; a namespace that is missing was created later
 * @param wanted passes that the stream has asked for and that the enumerator is not known to have taken over
 * @param sweep the floor that is being emitted, or null
 * @param scopeChanges how many changes of the scope lie behind the position
 * @param hasBegun whether the marks of the beginning were emitted
 */
public record StreamSplit(
        StreamPosition position,
        long stopAfter,
        Map<Namespace, NamespaceEpoch> epochs,
        List<WantedEpoch> wanted,
        FloorSweep sweep,
        int scopeChanges,
        boolean hasBegun,
        boolean isFinished)
        implements MongoSplit {
    /** There is one. */
    public static final String ID = "stream";

    /**
     * A pass over a namespace.
     *
     * @param start its cluster time; 0 when no row can come, because the collection is younger or was dropped
     */
    public record NamespaceEpoch(int epoch, long start) {
        /** What events of a namespace carry that no pass ever covered. */
        public static final NamespaceEpoch YOUNGER = new NamespaceEpoch(1, 0);
    }

    /** A pass over a namespace whose content came by a rename at cluster time {@code start}. */
    public record WantedEpoch(Namespace namespace, int epoch, long start) {}

    /**
     * How far the floor of a namespace at {@code clusterTime} has come.
     *
     * @param nextCell the first cell that has not been emitted
     * @param isAfterGap whether it is the beginning behind lost history, of this namespace and of those that sort after it; the stream stands
     *     behind the gap already, and is read on, and gives a watermark, only when all of that is out
     */
    public record FloorSweep(Namespace namespace, long clusterTime, int epoch, int nextCell, boolean isAfterGap) {
        /** Of a collection that ended. */
        public static FloorSweep of(Namespace namespace, long clusterTime, int epoch, int nextCell) {
            return new FloorSweep(namespace, clusterTime, epoch, nextCell, false);
        }
    }

    public StreamSplit {
        epochs = Map.copyOf(epochs);
        wanted = List.copyOf(wanted);
    }

    /** A stream from a position on. */
    public static StreamSplit from(StreamPosition position, Map<Namespace, NamespaceEpoch> epochs) {
        return new StreamSplit(position, 0, epochs, List.of(), null, 0, false, false);
    }

    /** A stream that begins when the scope has changed so often. */
    public StreamSplit behind(int changes) {
        return new StreamSplit(position, stopAfter, epochs, wanted, sweep, changes, hasBegun, isFinished);
    }

    /** Without what is under way for collections that are in the scope no longer. */
    public StreamSplit within(Scope scope) {
        return new StreamSplit(
                position,
                stopAfter,
                epochs,
                wanted.stream().filter(pass -> scope.matches(pass.namespace())).toList(),
                sweep != null && (sweep.isAfterGap() || scope.matches(sweep.namespace())) ? sweep : null,
                scopeChanges,
                hasBegun,
                isFinished);
    }

    @Override
    public String splitId() {
        return ID;
    }

    @Override
    public String toString() {
        return ID + "[at " + position + (isFinished ? ", finished]" : "]");
    }
}
