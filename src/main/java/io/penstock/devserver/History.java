/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.ArrayDeque;

/**
 * The superseded versions that reads at past times still need: those of the last seconds, as many as fit into a number of
 * bytes. Under the store's lock.
 */
final class History {
    private record Superseded(long time, StoredCollection collection, Row row, Version by, long weight) {}

    private final long windowSeconds;
    private final long capacity;
    private final ArrayDeque<Superseded> queue = new ArrayDeque<>();
    private long weight;
    private volatile long floor;

    /**
     * @param windowSeconds how far back reads are answered, in seconds
     * @param capacity the bytes of superseded documents above which it reaches less far back
     */
    History(long windowSeconds, long capacity) {
        this.windowSeconds = windowSeconds;
        this.capacity = capacity;
    }

    long windowSeconds() {
        return windowSeconds;
    }

    /** Notes that a version was superseded (or a document deleted) by another. */
    void superseded(StoredCollection collection, Row row, Version by, ChangeEntry entry) {
        if (entry.before() != null) {
            long bytes = 100L + entry.before().getByteLength();
            queue.add(new Superseded(by.time(), collection, row, by, bytes));
            weight += bytes;
        }
    }

    /** Forgets what is out of the window. Each version is looked at once. */
    void trim(long now) {
        long oldest = ((now >>> 32) - windowSeconds) << 32;
        while (!queue.isEmpty() && (queue.peek().time() < oldest || weight > capacity)) {
            Superseded old = queue.poll();
            weight -= old.weight();
            old.by().cut();
            floor = Math.max(floor, old.time());
            if (old.row().head() == old.by() && old.by().document == null) {
                old.collection().forget(old.row());
            }
        }
    }

    /**
     * Refuses a read that is too old, or in the future.
     *
     * @throws ServerError 239 or 72
     */
    void requireReadable(long time, long now) {
        if (time > now) {
            throw new ServerError(
                    72,
                    "InvalidOptions",
                    "readConcern atClusterTime value must not be greater than the current clusterTime. Requested "
                            + "clusterTime: " + Docs.time(time) + "; current clusterTime: " + Docs.time(now));
        }
        if (time < floor || (time >>> 32) < (now >>> 32) - windowSeconds) {
            throw new ServerError(
                    239,
                    "SnapshotTooOld",
                    "Read timestamp " + Docs.time(time) + " is older than the oldest available timestamp.");
        }
    }
}
