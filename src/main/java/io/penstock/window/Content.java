/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is true of a namespace at a window's end: a function of the source's history and of what decides the output, and of nothing
 * else. Any two runs agree on it from the window behind the later of their baselines on.
 *
 * @param kind what it is the content of
 * @param fromMillis the window's first millisecond of cluster time
 * @param toMillis the first millisecond behind it
 * @param asOf for a {@link Kind#SNAPSHOT} the cluster time, else 0
 * @param total of the whole collection
 * @param root the Merkle root over all buckets, 32 bytes
 * @param changes how many changes of each kind; null in a baseline and a snapshot, where it depends on when rows were read
 * @param buckets of the whole collection: those that differ from the window before; all that hold rows in a baseline, in a snapshot, and in
 *     each window whose number divides by {@link #FULL_EVERY}
 * @param shapes fingerprints of the documents of the window's changes; null where {@code changes} is
 */
record Content(
        Namespace namespace,
        long window,
        Kind kind,
        long fromMillis,
        long toMillis,
        long asOf,
        Digest total,
        byte[] root,
        Map<ChangeRecord.Op, Long> changes,
        SortedMap<Integer, Digest> buckets,
        SortedSet<Long> shapes,
        String exportVersion) {
    /** How often all buckets are listed, so that no more manifests have to be read to know one. */
    static final long FULL_EVERY = 256;

    /** Whether a window's content lists all buckets, whatever happened in it. */
    static boolean isFull(long window) {
        return Math.floorMod(window, FULL_EVERY) == 0;
    }

    /** What a manifest seals. */
    enum Kind {
        /** The first of a pass: the collection as of the window's end, however it came about. */
        BASELINE,
        /** A window whose changes are all known. */
        WINDOW,
        /** The collection as of one time inside the window: the end of a job that exports just that. */
        SNAPSHOT
    }

    /**
     * The content at a window's end.
     *
     * @param delta what changed since; its buckets' sums are already in {@code after}
     * @param after the buckets now
     */
    static Content of(
            Namespace namespace,
            long window,
            Kind kind,
            WindowLength length,
            long asOf,
            WindowDelta delta,
            Buckets after,
            String exportVersion) {
        boolean followed = kind == Kind.WINDOW;
        boolean full = !followed || isFull(window);
        SortedMap<Integer, Digest> buckets = new TreeMap<>();
        (full ? after.occupied() : delta.buckets().occupied())
                .stream().forEach(bucket -> buckets.put(bucket, after.of(bucket)));
        return new Content(
                namespace,
                window,
                kind,
                length.start(window),
                length.end(window),
                asOf,
                after.total(),
                after.root(),
                followed ? counts(delta) : null,
                buckets,
                followed ? new TreeSet<>(delta.shapes()) : null,
                exportVersion);
    }

    private static Map<ChangeRecord.Op, Long> counts(WindowDelta delta) {
        Map<ChangeRecord.Op, Long> counts = new EnumMap<>(ChangeRecord.Op.class);
        for (ChangeRecord.Op op : ChangeRecord.Op.values()) {
            counts.put(op, delta.changes(op));
        }
        return counts;
    }
}
