/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import com.mongodb.MongoException;
import io.penstock.source.MongoSplit;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.fetch.FetchedBatch;
import io.penstock.source.fetch.Pause;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.SourceServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads snapshot splits one after the other, on a fetcher's thread. Rows are passed on record by record; what is held at a
 * time is one answer of the server and the batches in the hand-over queue, whose number is limited: hence the limit in bytes.
 */
public final class SnapshotSplitReader implements SplitReader<Fetched, MongoSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSplitReader.class);
    private static final long BATCH_BYTES = 1 << 20;

    private final SourceServer server;
    private final ReadLimits limits;
    private final Retries retries;
    private final Pause pause = new Pause();
    private final Queue<SnapshotSplit> waiting = new ArrayDeque<>();
    private RowReader rows;

    public SnapshotSplitReader(SourceServer server, ReadLimits limits, Retries retries) {
        this.server = server;
        this.limits = limits;
        this.retries = retries;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<MongoSplit> change) {
        change.splits().forEach(split -> waiting.add((SnapshotSplit) split));
    }

    @Override
    public FetchedBatch fetch() throws IOException {
        if (rows == null) {
            SnapshotSplit split = waiting.poll();
            if (split == null) {
                return FetchedBatch.nothing();
            }
            LOG.info(
                    "Reading {} of {} from {} to {}",
                    split.splitId(),
                    split.namespace(),
                    Bounds.text(split.from()),
                    Bounds.text(split.to()));
            rows = new RowReader(server, split);
        }
        String id = rows.split().splitId();
        List<Fetched> batch = new ArrayList<>();
        try {
            long bytes = rows.read(BATCH_BYTES, batch);
            retries.succeeded();
            wait(limits.pauseAfter(batch.size(), bytes));
        } catch (MongoException e) {
            wait(retries.pauseAfter(e, "reading " + rows.split()));
        }
        if (rows.isAtEnd()) {
            rows.close();
            rows = null;
            batch.add(new Fetched.AllRead());
            return FetchedBatch.last(id, batch);
        }
        return FetchedBatch.of(id, batch);
    }

    private void wait(Duration length) throws IOException {
        if (!length.isZero()) {
            pause.take(length);
        }
    }

    @Override
    public void wakeUp() {
        pause.end();
    }

    @Override
    public void pauseOrResumeSplits(Collection<MongoSplit> toPause, Collection<MongoSplit> toResume) {
        throw new UnsupportedOperationException("snapshot splits have no watermark of their own to align");
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
