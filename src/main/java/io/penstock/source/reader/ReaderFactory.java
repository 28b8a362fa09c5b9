/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.SourceRecord;
import io.penstock.source.MongoSplit;
import io.penstock.source.ServerLookup;
import io.penstock.source.SourceOptions;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.changestream.StreamOpener;
import io.penstock.source.changestream.StreamSplitReader;
import io.penstock.source.fetch.FaultLog;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.SourceServer;
import io.penstock.source.snapshot.ReadLimits;
import io.penstock.source.snapshot.SnapshotSplitReader;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/** Puts a reader together, on a TaskManager. */
public final class ReaderFactory {
    private ReaderFactory() {}

    /**
     * Makes one.
     *
     * @param server used by all of the reader's fetchers, and closed with it
     * @param faults is told of those that pass
     */
    public static SourceReader<SourceRecord, MongoSplit> create(
            SourceReaderContext context, SourceOptions options, SourceServer server, FaultLog faults) {
        StreamControl control = new StreamControl();
        if (options.increment() != null) {
            control.waitAt(options.increment().until());
        }
        StreamOpener opener = new StreamOpener(
                server, ServerLookup.of(server), options.scope(), options.postImages(), options.streamBatch());
        KindFetcherManager fetchers = new KindFetcherManager(
                () -> new KindSplitReader(
                        () -> new SnapshotSplitReader(
                                server,
                                ReadLimits.share(
                                        options.documentsPerSecond(),
                                        options.bytesPerSecond(),
                                        options.adaptive(),
                                        context.currentParallelism(),
                                        server),
                                Retries.create(faults)),
                        () -> new StreamSplitReader(
                                opener, options.scope(), control, Retries.create(faults), options.resnapshots())),
                context.getConfiguration());
        return new MongoSourceReader(fetchers, options.scope(), control, context, server::close, System::nanoTime);
    }
}
