/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.store.MetadataEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was handed over and is not known to be in the store: by the checkpoint that covers it. Used by one thread.
 *
 * <pre>
 *   a b | 1 | c | 2 | d        completed(1): a b may be written      completed(2), also when 1 was not: a b c may be
 * </pre>
 */
final class Buffer {
    private final List<MetadataEntry> open = new ArrayList<>();
    private final NavigableMap<Long, List<MetadataEntry>> covered = new TreeMap<>();
    private final NavigableMap<Long, List<MetadataEntry>> complete = new TreeMap<>();
    private long completeBytes;

    void add(MetadataEntry entry) {
        open.add(entry);
    }

    /** What a checkpoint was restored with: it was complete. */
    void restored(long checkpoint, List<MetadataEntry> entries) {
        complete(checkpoint, entries);
    }

    /** All that came up to now belongs to this checkpoint. */
    void checkpoint(long checkpoint) {
        covered.put(checkpoint, List.copyOf(open));
        open.clear();
    }

    void completed(long checkpoint) {
        NavigableMap<Long, List<MetadataEntry>> upTo = covered.headMap(checkpoint, true);
        upTo.values().forEach(entries -> complete(checkpoint, entries));
        upTo.clear();
    }

    private void complete(long checkpoint, List<MetadataEntry> entries) {
        complete.computeIfAbsent(checkpoint, any -> new ArrayList<>()).addAll(entries);
        entries.forEach(entry -> completeBytes += bytes(entry));
    }

    /** The first checkpoint of which something may be written, with all of that; null when there is none. */
    Map.Entry<Long, List<MetadataEntry>> next() {
        Map.Entry<Long, List<MetadataEntry>> first = complete.firstEntry();
        return first == null ? null : Map.entry(first.getKey(), List.copyOf(first.getValue()));
    }

    /** What {@link #next} gave is in the store. */
    void written(long checkpoint) {
        complete.remove(checkpoint).forEach(entry -> completeBytes -= bytes(entry));
    }

    /** Everything, in order. */
    List<MetadataEntry> all() {
        List<MetadataEntry> all = new ArrayList<>();
        complete.values().forEach(all::addAll);
        covered.values().forEach(all::addAll);
        all.addAll(open);
        return all;
    }

    /** Of what may be written. */
    long completeBytes() {
        return completeBytes;
    }

    private static long bytes(MetadataEntry entry) {
        return entry.json().length;
    }
}
