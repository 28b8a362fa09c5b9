/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.source.MongoSplit;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/** Becomes a reader of the kind of its first split; {@link KindFetcherManager} gives it no other. */
final class KindSplitReader implements SplitReader<Fetched, MongoSplit> {
    private final Supplier<SplitReader<Fetched, MongoSplit>> snapshot;
    private final Supplier<SplitReader<Fetched, MongoSplit>> stream;
    private volatile SplitReader<Fetched, MongoSplit> reader;

    KindSplitReader(
            Supplier<SplitReader<Fetched, MongoSplit>> snapshot, Supplier<SplitReader<Fetched, MongoSplit>> stream) {
        this.snapshot = snapshot;
        this.stream = stream;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<MongoSplit> change) {
        if (reader == null) {
            boolean ofSnapshot = change.splits().get(0) instanceof SnapshotSplit;
            reader = (ofSnapshot ? snapshot : stream).get();
        }
        reader.handleSplitsChanges(change);
    }

    @Override
    public RecordsWithSplitIds<Fetched> fetch() throws IOException {
        return reader.fetch();
    }

    @Override
    public void wakeUp() {
        SplitReader<Fetched, MongoSplit> current = reader;
        if (current != null) {
            current.wakeUp();
        }
    }

    @Override
    public void pauseOrResumeSplits(Collection<MongoSplit> toPause, Collection<MongoSplit> toResume) {
        reader.pauseOrResumeSplits(toPause, toResume);
    }

    @Override
    public void close() throws Exception {
        if (reader != null) {
            reader.close();
        }
    }
}
