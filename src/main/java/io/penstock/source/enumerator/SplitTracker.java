/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.SourceMessage.Summary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Which snapshot splits there are, and who has which. Finished ones leave no trace but a count. Only the enumerator's thread.
 *
 * <p>Failures do not roll this memory back: a split that was finished is open again when the reader that restored it says so,
 * and one that was handed out after the restored checkpoint is handed out anew.
 */
final class SplitTracker {
    private final Deque<SnapshotRange> ranges;
    private final Deque<SnapshotSplit> ready;
    private final Map<String, Long> open;
    private long made;

    /** The bounds of the first range; null when it has not been cut since this enumerator began. */
    private Deque<byte[]> bounds;

    private boolean exact;

    SplitTracker(Collection<SnapshotRange> ranges, Collection<SnapshotSplit> ready, Map<String, Long> open, long made) {
        this.ranges = new ArrayDeque<>(ranges);
        this.ready = new ArrayDeque<>(ready);
        this.open = new LinkedHashMap<>(open);
        this.made = made;
    }

    void add(SnapshotRange range) {
        ranges.add(range);
    }

    /** Forgets what is still to be handed out of collections that are in the scope no longer; before anything was cut. */
    void retain(Predicate<Namespace> inScope) {
        ranges.removeIf(range -> !inScope.test(range.namespace()));
        ready.removeIf(split -> !inScope.test(split.namespace()));
    }

    /**
     * A pass over a namespace begins that includes what the earlier ones would still find: what no reader has of them is not read any more. An
     * earlier pass may be complete by that, and its hold of the watermark ends with it; so this is for when whatever depends on that pass has
     * been told in the stream that it will not come to its end.
     */
    void supersede(Namespace namespace, long start) {
        SnapshotRange first = ranges.peek();
        ranges.removeIf(range -> range.namespace().equals(namespace) && isEarlier(range.start(), start));
        ready.removeIf(split -> split.namespace().equals(namespace) && isEarlier(split.epochStart(), start));
        if (!Objects.equals(first, ranges.peek())) {
            bounds = null;
        }
    }

    private static boolean isEarlier(long start, long than) {
        return Long.compareUnsigned(start, than) < 0;
    }

    /** The range that has to be cut before there can be another split; null when there is none. */
    SnapshotRange toCut() {
        return ready.isEmpty() && bounds == null ? ranges.peek() : null;
    }

    /** Whether it is still the range that an answer to {@link #cut} is for. */
    boolean isFirst(SnapshotRange range) {
        return range.equals(ranges.peek());
    }

    /** Takes the answer for the first range. */
    void cut(Cut cut) {
        SnapshotRange range = ranges.poll();
        if (cut.isGone()) {
            return;
        }
        ranges.addFirst(range.of(cut.collection(), cut.documents()));
        bounds = new ArrayDeque<>(cut.bounds());
        exact = cut.exact();
    }

    /** The next split, now the asking reader's; null when there is none, or a range has to be cut first. */
    SnapshotSplit next() {
        SnapshotSplit split = ready.poll();
        if (split == null && bounds != null) {
            split = cutOff();
        }
        if (split != null) {
            open.put(split.splitId(), split.epochStart());
        }
        return split;
    }

    private SnapshotSplit cutOff() {
        SnapshotRange range = ranges.poll();
        long documents = range.documents() / (bounds.size() + 1);
        byte[] to = bounds.poll();
        if (to == null) {
            bounds = null;
        } else {
            ranges.addFirst(range.behind(to, documents));
        }
        return new SnapshotSplit(
                "snapshot-" + made++,
                range.namespace(),
                range.collection(),
                range.epoch(),
                range.start(),
                exact,
                range.from(),
                to,
                null,
                exact ? range.readAt() : 0,
                0,
                0,
                documents,
                false);
    }

    /** A reader has it and reads on, whatever was known of it before. */
    void reopen(Summary split) {
        open.put(split.splitId(), split.epochStart());
    }

    /** False when its end was known already. */
    boolean finished(Summary split) {
        return open.remove(split.splitId()) != null;
    }

    /** The reader that it was handed to does not have it. */
    void handBack(SnapshotSplit split) {
        open.remove(split.splitId());
        ready.add(split);
    }

    /** Whether every row of a pass was read, as far as is known. */
    boolean isComplete(long passStart) {
        return ranges.stream().noneMatch(range -> range.start() == passStart)
                && ready.stream().noneMatch(split -> split.epochStart() == passStart)
                && !open.containsValue(passStart);
    }

    List<SnapshotRange> ranges() {
        return new ArrayList<>(ranges);
    }

    List<SnapshotSplit> ready() {
        return new ArrayList<>(ready);
    }

    Map<String, Long> open() {
        return new LinkedHashMap<>(open);
    }

    long made() {
        return made;
    }

    /** Splits that are read to their end. */
    long done() {
        return made - open.size() - ready.size();
    }

    /** Splits that the first range will still be cut into, for estimates. */
    int toCome() {
        return bounds == null ? ranges.size() : bounds.size() + ranges.size();
    }
}
