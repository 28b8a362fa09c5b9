/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.source.ScopeChange;
import java.util.List;

/** What the reader's thread tells the stream's fetcher. */
public final class StreamControl {
    private volatile long stopAfter;
    private volatile long waitAt;
    private volatile List<ScopeChange> scopeChanges = List.of();

    /** Ends the stream behind a cluster time; 0 for never. */
    public void stopAfter(long clusterTime) {
        stopAfter = clusterTime;
    }

    /**
     * Nothing at or after a cluster time is read until a later one is told; 0 for no such time. What was told once is not taken back: an
     * earlier time changes nothing.
     */
    public void waitAt(long clusterTime) {
        if (Long.compareUnsigned(clusterTime, waitAt) > 0) {
            waitAt = clusterTime;
        }
    }

    /** The cluster time to wait at; 0 for none. */
    long waitAt() {
        return waitAt;
    }

    /** Every change that the scope has had; to be told before the stream is read. */
    public void scopeChanges(List<ScopeChange> changes) {
        scopeChanges = List.copyOf(changes);
    }

    List<ScopeChange> scopeChanges() {
        return scopeChanges;
    }

    boolean isBeyondEnd(long clusterTime) {
        long end = stopAfter;
        return end != 0 && Long.compareUnsigned(clusterTime, end) > 0;
    }
}
