/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The server's oplog: committed changes in their total order, as many as fit into a number of bytes. What no longer fits is
 * forgotten from the front, and reading from there is an error from then on. Thread-safe; entries are immutable and shared.
 */
final class ChangeLog {
    private final long capacity;
    private final List<ChangeEntry> entries = new ArrayList<>();
    private final Set<Runnable> waiters = ConcurrentHashMap.newKeySet();
    private long base;
    private long weight;
    private long floor;

    /** @param capacity the weight of entries that is kept at least, in bytes */
    ChangeLog(long capacity) {
        this.capacity = capacity;
    }

    synchronized void append(List<ChangeEntry> committed) {
        entries.addAll(committed);
        for (ChangeEntry entry : committed) {
            weight += entry.weight();
        }
        if (weight > capacity + capacity / 4) {
            forget();
        }
    }

    /** Forgets a fifth at once, so that a single append rarely pays for it; never a part of a transaction. */
    private void forget() {
        int drop = 0;
        while (weight > capacity && drop < entries.size() - 1) {
            weight -= entries.get(drop).weight();
            drop++;
        }
        while (drop > 0
                && drop < entries.size()
                && entries.get(drop).time() == entries.get(drop - 1).time()) {
            weight -= entries.get(drop).weight();
            drop++;
        }
        if (drop > 0) {
            floor = entries.get(drop - 1).time();
            entries.subList(0, drop).clear();
            base += drop;
        }
    }

    /**
     * The position of the first entry at or after a token's place.
     *
     * @throws ServerError 286 when entries after the place have been forgotten
     */
    synchronized long seek(long time, int op) {
        requireKept(time);
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            ChangeEntry entry = entries.get(middle);
            int order = Long.compareUnsigned(entry.time(), time);
            if (order < 0 || (order == 0 && entry.op() < op)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return base + low;
    }

    /** The position after the last entry. */
    synchronized long end() {
        return base + entries.size();
    }

    /**
     * Entries from a position on, at most as many as asked for.
     *
     * @throws ServerError 286 when the position has been forgotten
     */
    synchronized List<ChangeEntry> read(long position, int limit) {
        if (position < base) {
            throw lost();
        }
        int from = (int) (position - base);
        return new ArrayList<>(entries.subList(from, (int) Math.min(entries.size(), (long) from + limit)));
    }

    private void requireKept(long time) {
        if (Long.compareUnsigned(time, floor) < 0) {
            throw lost();
        }
    }

    private static ServerError lost() {
        return new ServerError(
                286,
                "ChangeStreamHistoryLost",
                "Resume of change stream was not possible, as the resume point may no longer be in the oplog.");
    }

    /** How many entries are kept. */
    synchronized int size() {
        return entries.size();
    }

    /** The oldest entry, or null when there is none. */
    synchronized ChangeEntry first() {
        return entries.isEmpty() ? null : entries.get(0);
    }

    /** The newest entry, or null when there is none. */
    synchronized ChangeEntry last() {
        return entries.isEmpty() ? null : entries.get(entries.size() - 1);
    }

    /** The time of the last entry that was forgotten; 0 when none was. */
    synchronized long floor() {
        return floor;
    }

    /** Forgets everything, as an oplog does that ran over in the meantime. */
    synchronized void forgetAll() {
        if (!entries.isEmpty()) {
            floor = entries.get(entries.size() - 1).time();
            base += entries.size();
            entries.clear();
            weight = 0;
        }
    }

    /** Calls back after every command that changed something, until it is removed. */
    void addWaiter(Runnable waiter) {
        waiters.add(waiter);
    }

    void removeWaiter(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Wakes those who wait for changes: once a command, not once an entry. */
    void signal() {
        waiters.forEach(Runnable::run);
    }
}
