/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.PassMark;
import java.util.ArrayList;
import java.util.List;

/**
 * The passes over one namespace that make its content unknown for a while, and with them which windows can be sealed.
 *
 * <p><b>The baseline rule.</b> The rows of a pass that starts at S are read at times from S to G, and each document is known from its own
 * read time on. So at every time in [S, G) the digest lacks documents that are read later, and from G on it lacks none: the collection as of
 * G is what was exported up to then, and every later change is in the stream. A window ends at a whole second, so the window that S falls
 * into up to the one before that of G end with unknown content; that of G is the first to end with the whole content, and is the baseline.
 * The changes <em>inside</em> the baseline are counted by nobody: which of them were exported as events and which were in a row
 * depends on when rows were read.
 *
 * <pre>
 *   windows     |   4   |   5   |   6   |   7   |   8   |
 *   pass                   S.......read.......G
 *   sealed       window   -       -     baseline  window
 * </pre>
 *
 * <p>All of a pass's marks come before the watermark passes S, hence before any window that it concerns is closed: the source holds the
 * watermark below S until every split is read and the stream has passed G. When the collection ends at T while the pass is under
 * way, ranges may stay unread, and the content is known (to be empty) from T on: T counts as a read time. A pass none of whose splits was
 * read is of a collection that was gone first: nothing is known before its end.
 */
record Passes(List<Pass> passes) {
    static final Passes NONE = new Passes(List.of());

    /**
     * @param start cluster time
     * @param until the greatest time of a read or of the collection's end; 0 when there is none yet
     */
    record Pass(long start, long until) {
        private Pass readAt(long time) {
            return until == 0 || Long.compareUnsigned(time, until) > 0 ? new Pass(start, time) : this;
        }
    }

    /** How a window ends. */
    enum Kind {
        /** With content that is not known. */
        UNKNOWN,
        /** With content that is known for the first time. */
        BASELINE,
        /** With content that was known, and followed change by change. */
        FOLLOWED
    }

    Passes {
        passes = List.copyOf(passes);
    }

    /** After a mark of the namespace. */
    Passes with(PassMark mark) {
        long time = mark.version().clusterTime();
        List<Pass> next = new ArrayList<>();
        switch (mark.kind()) {
            case BEGUN, READ -> {
                boolean isRead = mark.kind() == PassMark.Kind.READ;
                boolean known = false;
                for (Pass pass : passes) {
                    boolean isIt = pass.start() == mark.passStart();
                    known |= isIt;
                    next.add(isIt && isRead ? pass.readAt(time) : pass);
                }
                if (!known) {
                    next.add(new Pass(mark.passStart(), isRead ? time : 0));
                }
            }
            case ENDED -> {
                for (Pass pass : passes) {
                    next.add(Long.compareUnsigned(pass.start(), time) < 0 ? pass.readAt(time) : pass);
                }
            }
                // LOST is told as a gap.
            default -> throw new IllegalArgumentException("not of a namespace: " + mark.kind());
        }
        return new Passes(next);
    }

    /**
     * History was lost: whatever was under way ends there, and between the two times nothing is known, of a collection that was followed
     * neither. Where the gap ends a pass begins, or the collection is gone.
     */
    Passes lost(Gap gap) {
        List<Pass> next = new ArrayList<>();
        for (Pass pass : passes) {
            next.add(Long.compareUnsigned(pass.start(), gap.to()) < 0 ? pass.readAt(gap.to()) : pass);
        }
        Pass unknown = new Pass(gap.from(), gap.to());
        if (!next.contains(unknown)) {
            next.add(unknown);
        }
        return new Passes(next);
    }

    /** What is known at a window's end; the watermark has passed it. */
    Kind at(long window, WindowLength length) {
        Kind kind = Kind.FOLLOWED;
        for (Pass pass : passes) {
            if (window < length.windowOf(pass.start())) {
                continue;
            }
            if (pass.until() == 0 || window < length.windowOf(pass.until())) {
                return Kind.UNKNOWN;
            }
            if (window == length.windowOf(pass.until())) {
                kind = Kind.BASELINE;
            }
        }
        return kind;
    }

    /** The latest time at which rows of a pass under way were read; 0 when there is none. */
    long greatestRead() {
        return passes.stream().mapToLong(Pass::until).max().orElse(0);
    }

    /** Without the passes that no window behind this one needs. */
    Passes after(long window, WindowLength length) {
        return new Passes(passes.stream()
                .filter(pass -> pass.until() == 0 || length.windowOf(pass.until()) > window)
                .toList());
    }
}
