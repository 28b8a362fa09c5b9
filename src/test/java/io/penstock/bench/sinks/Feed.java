/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.record.ChangeRecord;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The changes that are under way. Static: tasks run in this process, and changes that travelled with them would be serialized.
 */
final class Feed {
    private static volatile Feed current;

    private final List<ChangeRecord> changes;
    private final long last;
    private final CountDownLatch given = new CountDownLatch(1);
    private volatile long begun;

    private Feed(List<ChangeRecord> changes, long count) {
        this.changes = changes;
        this.last = count - 1;
    }

    /** The feed of the next job: so many changes, from the beginning again when there are fewer. */
    static Feed begin(List<ChangeRecord> changes, long count) {
        current = new Feed(changes, count);
        return current;
    }

    /** The change of a number, counted from 0 on. Called by a task, in order. */
    static ChangeRecord at(long number) {
        Feed feed = current;
        if (number == 0) {
            feed.begun = System.nanoTime();
        }
        if (number == feed.last) {
            feed.given.countDown();
        }
        return feed.changes.get((int) (number % feed.changes.size()));
    }

    /** Opens when the last one is given. */
    CountDownLatch given() {
        return given;
    }

    /** When the first one was given, in nanoseconds. */
    long begun() {
        return begun;
    }
}
