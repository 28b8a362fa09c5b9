/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.Watermarks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The passes under way, and the watermark that they hold.
 *
 * <p><b>The rule.</b> The watermark stays below the start of a pass until a checkpoint <em>completes</em> at whose snapshot of the
 * enumerator every split of the pass was finished, every reader had reported since it last started, and the stream had passed the
 * greatest time at which the pass's rows were read.
 *
 * <p><b>Why no row is late then.</b> Rows of a pass have its start as their least time. Let N be that checkpoint. Flink snapshots the
 * enumerator before the readers, and what a reader said before the enumerator's snapshot it did before its own; so in N no reader
 * holds an open split of the pass either. Every later failure restores N or a later checkpoint; so no split of the pass is ever
 * read again. A mere "all splits are finished" proves nothing: a failure before N completes brings splits back, when watermarks would
 * already have passed their rows.
 *
 * <p>Keyed by the cluster time of its start. Only the enumerator's thread.
 */
final class Passes {
    private final TreeMap<Long, Long> greatestRead = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<Long, Set<Long>> endedAt = new TreeMap<>();

    Passes(Map<Long, Long> restored) {
        greatestRead.putAll(restored);
    }

    /** A pass begins; its rows will be read at its start or later. */
    void begin(long start) {
        greatestRead.putIfAbsent(start, start);
        // Of several collections that a change of the scope brings in, one may be read before another is asked for.
        endedAt.values().forEach(ended -> ended.remove(start));
    }

    boolean isEmpty() {
        return greatestRead.isEmpty();
    }

    /** Rows of a pass were read at a time. */
    void read(long start, long time) {
        greatestRead.computeIfPresent(start, (key, known) -> Long.compareUnsigned(known, time) >= 0 ? known : time);
    }

    /** The greatest time at which a row of any pass under way was read. */
    long greatestRead() {
        return greatestRead.values().stream().max(Long::compareUnsigned).orElse(0L);
    }

    /** The watermark that no reader may pass, in milliseconds. */
    long hold() {
        return greatestRead.isEmpty() ? Watermarks.UNHELD : Watermarks.below(greatestRead.firstKey());
    }

    /**
     * The enumerator's state goes into a checkpoint.
     *
     * @param isRead whether a pass's rows are all read, as every reader confirms
     * @param position how far the stream has come; events of this time may still come
     */
    void snapshot(long checkpoint, LongPredicate isRead, long position) {
        Set<Long> ended = new HashSet<>();
        greatestRead.forEach((start, read) -> {
            if (isRead.test(start) && Long.compareUnsigned(position, read) > 0) {
                ended.add(start);
            }
        });
        endedAt.put(checkpoint, ended);
    }

    /** A checkpoint is complete: ends the passes that had ended in it. True when there were any. */
    boolean completed(long checkpoint) {
        Set<Long> ended = endedAt.getOrDefault(checkpoint, Set.of());
        endedAt.headMap(checkpoint, true).clear();
        return greatestRead.keySet().removeAll(ended);
    }

    Map<Long, Long> state() {
        return new HashMap<>(greatestRead);
    }
}
