/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.CollectionSize;
import io.penstock.source.server.SourceServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds bounds: quantiles of a random sample of {@code _id}s, never arithmetic on them, sorted by the server, whose order under
 * the collection's collation is the index's. Runs on the JobManager, off the enumerator's thread.
 */
final class RangeCutter {
    private static final int SAMPLES_PER_SPLIT = 10;
    private static final int FEW_SAMPLES_PER_SPLIT = 3;
    private static final int MANY_SPLITS = 20_000;
    private static final int MOST_SPLITS = 100_000;
    private static final int WITH_SNAPSHOT_READS = 5;

    private final SourceServer server;
    private final long splitBytes;
    private final long splitDocuments;

    RangeCutter(SourceServer server, long splitBytes, long splitDocuments) {
        this.server = server;
        this.splitBytes = splitBytes;
        this.splitDocuments = splitDocuments;
    }

    Cut cut(SnapshotRange range) {
        CollectionInfo info = server.collection(range.namespace());
        if (info == null
                || !info.isExportable()
                || (range.collection() != null && !range.collection().equals(info.uuid()))) {
            return Cut.gone(server.operationTime());
        }
        boolean exact = !info.capped() && server.version().get(0) >= WITH_SNAPSHOT_READS;
        CollectionSize size = server.size(range.namespace());
        int splits = splits(size, splitBytes, splitDocuments);
        if (splits == 1) {
            return Cut.at(info.uuid(), exact, List.of(), size.documents());
        }
        int perSplit = splits > MANY_SPLITS ? FEW_SAMPLES_PER_SPLIT : SAMPLES_PER_SPLIT;
        List<byte[]> sample = server.sampleIds(range.namespace(), splits * perSplit, range.from());
        long left = size.documents() * sample.size() / ((long) splits * perSplit);
        return Cut.at(info.uuid(), exact, everyNth(sample, perSplit), left);
    }

    /** How many splits a collection should have: by its bytes and by its documents, whichever asks for more. */
    static int splits(CollectionSize size, long splitBytes, long splitDocuments) {
        long byBytes = ceiling(size.bytes(), splitBytes);
        long byDocuments = splitDocuments == 0 ? 1 : ceiling(size.documents(), splitDocuments);
        return (int) Math.max(1, Math.min(MOST_SPLITS, Math.max(byBytes, byDocuments)));
    }

    private static long ceiling(long amount, long part) {
        return amount / part + (amount % part == 0 ? 0 : 1);
    }

    /**
     * Every n-th of a sorted sample, each once: a sample may hold a document twice.
     *
     * <pre>
     *   a b c d e f g h     n = 3     c f     splits: (.. c) [c f) [f ..)
     * </pre>
     */
    static List<byte[]> everyNth(List<byte[]> sorted, int n) {
        List<byte[]> bounds = new ArrayList<>();
        for (int i = n - 1; i < sorted.size() - 1; i += n) {
            byte[] bound = sorted.get(i);
            if (bounds.isEmpty() || !Arrays.equals(bounds.get(bounds.size() - 1), bound)) {
                bounds.add(bound);
            }
        }
        return bounds;
    }
}
