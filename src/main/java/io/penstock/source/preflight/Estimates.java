/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.preflight;

import io.penstock.source.SourceOptions;
import io.penstock.source.preflight.Report.CollectionReport;
import java.time.Duration;
import java.util.List;

/**
 * How long, and how much. The rates are what one reader did against a server on the same machine (48,000 to 91,000 documents a
 * second), taken low; a network or a busy server makes it longer.
 */
record Estimates(Duration snapshotTime, long stateForImages, long stateForVersions) {
    private static final long DOCUMENTS_PER_READER = 30_000;
    private static final long BYTES_PER_READER = 30L << 20;

    /** A key's version, hashes and the store's own share. */
    private static final long BYTES_OF_A_VERSION = 60;

    static Estimates of(List<CollectionReport> collections, SourceOptions options, int parallelism) {
        long documents =
                collections.stream().mapToLong(CollectionReport::documents).sum();
        long bytes = collections.stream().mapToLong(CollectionReport::bytes).sum();
        double seconds = Math.max(
                documents / limited(DOCUMENTS_PER_READER * parallelism, options.documentsPerSecond()),
                bytes / limited(BYTES_PER_READER * parallelism, options.bytesPerSecond()));
        boolean hasSnapshot = options.startup().hasSnapshot();
        long versions = documents * BYTES_OF_A_VERSION;
        return new Estimates(
                hasSnapshot ? Duration.ofSeconds((long) Math.ceil(seconds)) : Duration.ZERO,
                bytes + versions,
                versions);
    }

    private static double limited(long rate, long limit) {
        return limit == 0 ? rate : Math.min(rate, limit);
    }
}
