/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.SourceRecord;
import io.penstock.source.enumerator.EnumeratorState;
import io.penstock.source.enumerator.EnumeratorStateSerializer;
import io.penstock.source.enumerator.MongoEnumerator;
import io.penstock.source.enumerator.ReportingEnumerator;
import io.penstock.source.fetch.FaultLog;
import io.penstock.source.reader.ReaderFactory;
import io.penstock.source.reader.ReportingReader;
import io.penstock.source.replay.ReplayingReader;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.ServerFactory;
import io.penstock.spec.SourceSpec;
import io.penstock.spec.StartupSpec.Mode;
import io.penstock.store.DeadLetterTarget;
import io.penstock.store.ProgressTarget;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The snapshot of the collections and their change stream, read side by side.
 *
 * <p>It emits its own watermarks, so it is used with {@code WatermarkStrategy.noWatermarks()}, and in STREAMING mode: in BATCH a
 * source's watermarks are dropped. Checkpoints have to be on: until one completes, the watermark stays below the snapshot, and a
 * bounded source does not end. In the job graph the connection string is only a placeholder; it is resolved where it is
 * used.
 */
public final class MongoSource
        implements Source<SourceRecord, MongoSplit, EnumeratorState>, ResultTypeQueryable<SourceRecord> {
    private static final long serialVersionUID = 1L;

    private final SourceOptions options;
    private final ServerFactory servers;
    private final ProgressTarget progress;
    private final DeadLetterTarget letters;

    /** A source of its own making; {@link #from} is the usual one. */
    public MongoSource(SourceOptions options, ServerFactory servers) {
        this(options, servers, null, null);
    }

    private MongoSource(
            SourceOptions options, ServerFactory servers, ProgressTarget progress, DeadLetterTarget letters) {
        this.options = options;
        this.servers = servers;
        this.progress = progress;
        this.letters = letters;
    }

    /** The same source, which tells how far its splits are in each complete checkpoint. */
    public MongoSource reporting(ProgressTarget target) {
        return new MongoSource(options, servers, target, letters);
    }

    /** The same source, which also sends the dead letters whose replay is asked for. Not for a job that ends by itself: it waits for none. */
    public MongoSource replaying(DeadLetterTarget target) {
        return new MongoSource(options, servers, progress, target);
    }

    /**
     * The source of a job file.
     *
     * @param postImages whether to ask for the images that the server keeps: for a job that keeps none itself
     * @param increment where a job of increments waits; null for others
     * @param recovery where a job begins whose checkpoints are lost; null for others
     * @throws IllegalArgumentException when there is one for another job, or none for such a job
     */
    public static MongoSource from(SourceSpec spec, boolean postImages, Increment increment, Recovery recovery) {
        if ((spec.startup().mode() == Mode.INCREMENTAL) != (increment != null)) {
            throw new IllegalArgumentException(
                    increment == null
                            ? "source.startup.mode is incremental: each run has to be told where it ends, which"
                                    + " `penstock run` does"
                            : "source.startup.mode is not incremental");
        }
        return new MongoSource(SourceOptions.of(spec, postImages, increment, recovery), new DriverServerFactory(spec));
    }

    @Override
    public Boundedness getBoundedness() {
        return options.isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<SourceRecord, MongoSplit> createReader(SourceReaderContext context) {
        FaultLog faults = new FaultLog();
        SourceReader<SourceRecord, MongoSplit> reader = ReaderFactory.create(context, options, servers.open(), faults);
        SourceReader<SourceRecord, MongoSplit> reporting =
                progress == null ? reader : new ReportingReader(reader, context, faults);
        // One of them: the letters of a job are few.
        return letters == null || context.getIndexOfSubtask() != 0
                ? reporting
                : new ReplayingReader(reporting, letters);
    }

    @Override
    public SplitEnumerator<MongoSplit, EnumeratorState> createEnumerator(SplitEnumeratorContext<MongoSplit> context) {
        return reporting(MongoEnumerator.fresh(context, options, servers.open()));
    }

    @Override
    public SplitEnumerator<MongoSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<MongoSplit> context, EnumeratorState state) {
        return reporting(new MongoEnumerator(context, options, servers.open(), state));
    }

    private SplitEnumerator<MongoSplit, EnumeratorState> reporting(MongoEnumerator enumerator) {
        return progress == null ? enumerator : new ReportingEnumerator(enumerator, progress.open());
    }

    @Override
    public SimpleVersionedSerializer<MongoSplit> getSplitSerializer() {
        return MongoSplitSerializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return EnumeratorStateSerializer.INSTANCE;
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
        return SourceRecord.TYPE;
    }
}
