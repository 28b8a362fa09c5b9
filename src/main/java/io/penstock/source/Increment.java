/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import java.io.Serializable;

/**
 * The part of the history that one run of a job of increments exports: up to a window bound, where the stream waits until the job is stopped.
 *
 * <p><b>Where it ends.</b> At the bound that it was told, and never inside a window: what lies behind the last bound is the next run's. A pass that is
 * under way moves the end behind the greatest time at which its rows were read, since before that the collection's content is known at no
 * bound, and such rows are of a time behind the end that was told. So a first run, whose pass begins after it was told where to end, ends at
 * the first bound behind its snapshot.
 *
 * <pre>
 *   windows        |     7     |     8     |     9     |
 *   first run             T0....G          end           rows are read from T0 to G
 *   the next                               ........end   told at a time of window 10
 * </pre>
 *
 * @param until the bound that it was told, cluster time; everything before it is exported
 * @param windowSeconds the windows' length
 */
public record Increment(long until, long windowSeconds) implements Serializable {
    public Increment {
        if (windowSeconds < 1 || until != bound((until >>> 32) / windowSeconds, windowSeconds)) {
            throw new IllegalArgumentException(
                    StreamPosition.at(until) + " is no bound of windows of " + windowSeconds + " s");
        }
    }

    /**
     * Up to the last bound at or before a cluster time.
     *
     * @param now cluster time; whatever is written from now on is later
     */
    public static Increment before(long now, long windowSeconds) {
        return new Increment(bound((now >>> 32) / windowSeconds, windowSeconds), windowSeconds);
    }

    /** The first bound behind a cluster time. */
    public long boundBehind(long clusterTime) {
        return bound((clusterTime >>> 32) / windowSeconds + 1, windowSeconds);
    }

    private static long bound(long window, long windowSeconds) {
        return Math.multiplyExact(window, windowSeconds) << 32;
    }
}
