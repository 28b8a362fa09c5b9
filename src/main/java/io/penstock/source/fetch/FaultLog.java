/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import java.util.concurrent.atomic.AtomicReference;

/** The faults of a reader's fetchers that passed. Written by their threads, read by the reader's. */
public final class FaultLog {
    /**
     * What is known of them.
     *
     * @param count since the reader was started
     * @param last the message of the last; null when there was none
     */
    public record Seen(long count, String last) {}

    private final AtomicReference<Seen> seen = new AtomicReference<>(new Seen(0, null));

    void add(String message) {
        seen.updateAndGet(before -> new Seen(before.count() + 1, message));
    }

    public Seen seen() {
        return seen.get();
    }
}
