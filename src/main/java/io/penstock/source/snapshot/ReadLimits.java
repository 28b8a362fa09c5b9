/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import io.penstock.source.server.SourceServer;
import java.time.Duration;
import java.util.function.LongSupplier;

/** One reader's share of what the snapshot may take from the source. */
public final class ReadLimits {
    private final RateLimit documents;
    private final RateLimit bytes;
    private final Courtesy courtesy;

    private ReadLimits(RateLimit documents, RateLimit bytes, Courtesy courtesy) {
        this.documents = documents;
        this.bytes = bytes;
        this.courtesy = courtesy;
    }

    /**
     * Limits of one of several readers.
     *
     * @param documentsPerSecond of all readers; 0 for no limit
     * @param bytesPerSecond of all readers; 0 for no limit
     * @param adaptive whether to back off when the server answers more slowly
     */
    public static ReadLimits share(
            long documentsPerSecond, long bytesPerSecond, boolean adaptive, int readers, SourceServer server) {
        LongSupplier clock = System::nanoTime;
        return new ReadLimits(
                new RateLimit((double) documentsPerSecond / readers, clock),
                new RateLimit((double) bytesPerSecond / readers, clock),
                adaptive ? new Courtesy(clock, server::ping) : null);
    }

    Duration pauseAfter(long documentsRead, long bytesRead) {
        Duration pause = longer(documents.take(documentsRead), bytes.take(bytesRead));
        return courtesy == null ? pause : longer(pause, courtesy.pause());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
