/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.util.Arrays;

/**
 * The shape of a document: the set of its field paths with their BSON types, whatever their order and however many array elements
 * share a path. Its fingerprint travels with each record; documents of one shape have equal fingerprints.
 */
public final class Shape {
    private static final long SEED = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private long[] paths = new long[32];
    private int count;

    private Shape() {}

    /** The 64-bit fingerprint (FNV-1a over paths, mixed, over the sorted set). */
    public static long fingerprint(byte[] document) {
        Shape shape = new Shape();
        shape.walk(document, 0, SEED, false);
        return shape.finish();
    }

    private void walk(byte[] source, int offset, long prefix, boolean array) {
        BsonCursor cursor = new BsonCursor().reset(source, offset);
        while (cursor.next()) {
            long path = prefix;
            if (!array) {
                int end = cursor.nameOffset() + cursor.nameLength();
                for (int i = cursor.nameOffset(); i < end; i++) {
                    path = (path ^ (source[i] & 0xFF)) * PRIME;
                }
            }
            // A zero ends each step, as it ends each name, so that {a: {b: …}} and {ab: …} differ; 1 marks an array's
            // step.
            path = (path ^ (array ? 1 : 0)) * PRIME;
            byte type = cursor.type();
            add(mix((path ^ (type & 0xFF)) * PRIME));
            if (type == BsonCursor.DOCUMENT || type == BsonCursor.ARRAY) {
                walk(source, cursor.valueOffset(), path, type == BsonCursor.ARRAY);
            }
        }
    }

    private void add(long path) {
        if (count == paths.length) {
            paths = Arrays.copyOf(paths, distinct() * 2 + 32);
        }
        paths[count++] = path;
    }

    /** Sorts what was gathered and drops what is double, so that a long array of like elements stays small. */
    private int distinct() {
        Arrays.sort(paths, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || paths[i] != paths[i - 1]) {
                paths[kept++] = paths[i];
            }
        }
        count = kept;
        return kept;
    }

    private long finish() {
        int size = distinct();
        long hash = SEED;
        for (int i = 0; i < size; i++) {
            hash = mix((hash ^ paths[i]) * PRIME);
        }
        return hash;
    }

    /** The finalizer of MurmurHash3, since FNV alone spreads its last bytes poorly. */
    private static long mix(long value) {
        long hash = (value ^ value >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }
}
