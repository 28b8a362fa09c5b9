/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Namespace;
import io.penstock.record.SnapshotRow;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import java.util.List;
import java.util.Map;

/**
 * What a fetcher hands to the reader's own thread: immutable, each with what it does to its split's state. Nothing mutable is
 * shared between the two threads.
 */
public sealed interface Fetched {

    /** A row of a snapshot split. */
    record Row(SnapshotRow row) implements Fetched {}

    /** The cluster time at which a snapshot split is read from now on, or at which there was nothing left to read. */
    record ReadTime(long clusterTime) implements Fetched {}

    /** A snapshot split is at its end. */
    record AllRead() implements Fetched {}

    /** An event of the stream, and where the stream stands behind it. */
    record Change(ChangeEvent event, StreamPosition position) implements Fetched {}

    /** One cell of a floor. */
    record FloorCell(Floor floor, FloorSweep behind) implements Fetched {}

    /** One cell of the beginning behind lost history. */
    record GhostCell(GhostSweep sweep, FloorSweep behind) implements Fetched {}

    /**
     * What comes next is lost: the stream goes on at a later time, with a pass over each collection that is there.
     *
     * @param position where it goes on
     * @param epochs every namespace that is known
     * @param wanted the passes
     * @param sweep the beginning of what has to be told cell by cell; null when no namespace is known
     */
    record HistoryGap(
            StreamPosition position, Map<Namespace, NamespaceEpoch> epochs, List<WantedEpoch> wanted, FloorSweep sweep)
            implements Fetched {}

    /**
     * The stream has come to a position with nothing to emit.
     *
     * @param epochs namespaces whose passes change here: none of their older rows may come any longer
     * @param wanted passes that are needed from here on
     * @param scopeChanges how many changes of the scope lie behind the position; 0 for as many as before
     */
    record Progress(
            StreamPosition position, Map<Namespace, NamespaceEpoch> epochs, List<WantedEpoch> wanted, int scopeChanges)
            implements Fetched {
        public static Progress to(StreamPosition position) {
            return new Progress(position, Map.of(), List.of(), 0);
        }
    }
}
