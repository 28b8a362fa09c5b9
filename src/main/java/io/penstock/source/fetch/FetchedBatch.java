/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/** What one fetch of one split brought, on its way through Flink's hand-over queue. */
public final class FetchedBatch implements RecordsWithSplitIds<Fetched> {
    private final Iterator<Fetched> records;
    private final Set<String> finished;
    private String next;

    private FetchedBatch(String splitId, List<Fetched> records, boolean finished) {
        this.records = records.iterator();
        this.finished = finished ? Set.of(splitId) : Set.of();
        this.next = records.isEmpty() ? null : splitId;
    }

    /** Nothing. */
    public static FetchedBatch nothing() {
        return new FetchedBatch(null, List.of(), false);
    }

    public static FetchedBatch of(String splitId, List<Fetched> records) {
        return new FetchedBatch(splitId, records, false);
    }

    /** The last batch of a split. */
    public static FetchedBatch last(String splitId, List<Fetched> records) {
        return new FetchedBatch(splitId, records, true);
    }

    @Override
    public String nextSplit() {
        String split = next;
        next = null;
        return split;
    }

    @Override
    public Fetched nextRecordFromSplit() {
        return records.hasNext() ? records.next() : null;
    }

    @Override
    public Set<String> finishedSplits() {
        return finished;
    }
}
