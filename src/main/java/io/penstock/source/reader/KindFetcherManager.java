/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.source.MongoSplit;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/** One fetcher a split kind: while the stream waits for events, the snapshot's rows go on. */
final class KindFetcherManager extends SplitFetcherManager<Fetched, MongoSplit> {
    private final Map<Boolean, SplitFetcher<Fetched, MongoSplit>> byKind = new HashMap<>();

    KindFetcherManager(Supplier<SplitReader<Fetched, MongoSplit>> reader, Configuration configuration) {
        super(reader, configuration);
    }

    @Override
    public void addSplits(List<MongoSplit> splits) {
        splits.stream()
                .collect(Collectors.partitioningBy(SnapshotSplit.class::isInstance))
                .forEach(this::add);
    }

    private void add(boolean ofSnapshot, List<MongoSplit> splits) {
        if (splits.isEmpty()) {
            return;
        }
        SplitFetcher<Fetched, MongoSplit> fetcher = byKind.get(ofSnapshot);
        if (fetcher != null && fetchers.containsValue(fetcher)) {
            fetcher.addSplits(splits);
        } else {
            SplitFetcher<Fetched, MongoSplit> started = createSplitFetcher();
            byKind.put(ofSnapshot, started);
            started.addSplits(splits);
            startFetcher(started);
        }
    }

    @Override
    public void removeSplits(List<MongoSplit> splits) {
        fetchers.values().forEach(fetcher -> fetcher.removeSplits(splits));
    }

    /** Lets the reader's thread look for work once more. */
    void wakeReader() {
        getQueue().notifyAvailable();
    }
}
