/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Version;

/** The one rule from cluster time to watermark. */
public final class Watermarks {
    /** No watermark yet. */
    public static final long NONE = Long.MIN_VALUE;

    /** Nothing is held. */
    public static final long UNHELD = Long.MAX_VALUE;

    private Watermarks() {}

    /**
     * The greatest watermark at which a record of this cluster time is not late, in milliseconds. The increment does not show in
     * event time, so everything of the same second may still come: a transaction's other events carry the same time even
     * when the stream's token has reached it.
     */
    public static long below(long clusterTime) {
        return Version.timestamp(clusterTime) - 1;
    }
}
