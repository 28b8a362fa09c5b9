/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.Namespace;
import io.penstock.record.SourceRecord;
import io.penstock.source.MongoSplit;
import io.penstock.source.Scope;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.SourceMessage;
import io.penstock.source.SourceMessage.Acknowledged;
import io.penstock.source.SourceMessage.EpochTaken;
import io.penstock.source.SourceMessage.EpochWanted;
import io.penstock.source.SourceMessage.Frontier;
import io.penstock.source.SourceMessage.ReaderStarted;
import io.penstock.source.SourceMessage.ScopeChanges;
import io.penstock.source.SourceMessage.SplitFinished;
import io.penstock.source.SourceMessage.StopAfter;
import io.penstock.source.SourceMessage.StreamProgress;
import io.penstock.source.SourceMessage.Summary;
import io.penstock.source.SourceMessage.WaitAt;
import io.penstock.source.StreamSplit;
import io.penstock.source.Watermarks;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.fetch.Fetched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.base.source.reader.SourceReaderOptions;
import org.apache.flink.core.io.InputStatus;

/**
 * Reads splits, and emits watermarks in-band, among the records.
 *
 * <p>No reader passes the enumerator's hold. The one with the stream goes no further than the stream's own position, the others
 * no further than what it last reported; so each emits watermarks, with splits or without, and none is ever idle. Before the
 * enumerator has sent a frontier none is emitted.
 *
 * <p>A finished split stays in this reader's state until the enumerator has acknowledged it: a checkpoint may hold the enumerator
 * from before it heard of the end and the reader from after it.
 */
public final class MongoSourceReader extends SourceReaderBase<Fetched, SourceRecord, MongoSplit, SplitState> {
    private static final long REPORT_EVERY_NANOS = 500_000_000;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final KindFetcherManager fetchers;
    private final Scope scope;
    private final StreamControl control;
    private final ReaderMetrics metrics;
    private final AutoCloseable resources;
    private final LongSupplier nanoTime;
    private final Map<String, SnapshotState> open = new LinkedHashMap<>();
    private final Map<String, SnapshotSplit> unacknowledged = new LinkedHashMap<>();
    /** What was restored, while the enumerator has not said yet how the scope has changed. */
    private final List<MongoSplit> held = new ArrayList<>();

    private StreamState stream;
    private boolean isScopeKnown;
    private boolean isNothingToCome;
    private boolean isStreamFinished;
    private Frontier frontier;
    private long emitted = Watermarks.NONE;
    private long reportedAt;

    /** @param resources closed with the reader, after its fetchers */
    MongoSourceReader(
            KindFetcherManager fetchers,
            Scope scope,
            StreamControl control,
            SourceReaderContext context,
            AutoCloseable resources,
            LongSupplier nanoTime) {
        super(
                fetchers,
                (fetched, output, state) -> state.emit(fetched, output),
                impatient(context.getConfiguration()),
                context);
        this.fetchers = fetchers;
        this.scope = scope;
        this.control = control;
        this.resources = resources;
        this.nanoTime = nanoTime;
        this.metrics = new ReaderMetrics(context.metricGroup());
        this.reportedAt = nanoTime.getAsLong();
    }

    /**
     * A fetcher cannot be called away from a server that owes it an answer. It is left behind before Flink's usual 30 seconds are over, and
     * ends with the answer or at the connection's time limit: the task's slot, and Ctrl-C, do not wait for it.
     */
    private static Configuration impatient(Configuration given) {
        Configuration configuration = new Configuration(given);
        if (!configuration.contains(SourceReaderOptions.SOURCE_READER_CLOSE_TIMEOUT)) {
            configuration.set(SourceReaderOptions.SOURCE_READER_CLOSE_TIMEOUT, CLOSING.toMillis());
        }
        return configuration;
    }

    @Override
    public void start() {
        List<Summary> opened = new ArrayList<>();
        held.stream()
                .filter(SnapshotSplit.class::isInstance)
                .forEach(split -> opened.add(summary((SnapshotSplit) split)));
        List<Summary> finished = new ArrayList<>();
        unacknowledged.values().forEach(split -> finished.add(summary(split)));
        boolean hasStream = stream != null || held.stream().anyMatch(StreamSplit.class::isInstance);
        tell(new ReaderStarted(opened, finished, hasStream));
        askForPasses(0);
        reportProgress();
        if (opened.isEmpty()) {
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<MongoSplit> splits) {
        for (MongoSplit split : splits) {
            if (!split.isFinished()) {
                held.add(split);
            } else if (split instanceof SnapshotSplit snapshot) {
                unacknowledged.put(split.splitId(), snapshot);
            } else {
                stream = new StreamState((StreamSplit) split);
                isStreamFinished = true;
            }
        }
        begin();
    }

    /** Not passed on while something is held, which would seem to be all that there is. */
    @Override
    public void notifyNoMoreSplits() {
        isNothingToCome = true;
        if (isScopeKnown) {
            super.notifyNoMoreSplits();
        }
    }

    /** Begins with what is held, once it is known how the scope has changed since. */
    private void begin() {
        if (!isScopeKnown || held.isEmpty()) {
            return;
        }
        List<MongoSplit> splits = new ArrayList<>();
        boolean isDropped = false;
        for (MongoSplit split : held) {
            if (split instanceof StreamSplit whole) {
                splits.add(whole.within(scope));
            } else if (split instanceof SnapshotSplit range && !scope.matches(range.namespace())) {
                isDropped = true;
                drop(range);
            } else {
                splits.add(split);
            }
        }
        held.clear();
        if (!splits.isEmpty()) {
            super.addSplits(splits);
        }
        if (splits.stream().anyMatch(StreamSplit.class::isInstance)) {
            askForPasses(0);
        }
        if (isDropped) {
            requestSplitIfIdle();
        }
    }

    /** What is left of a range is not read when its collection is in the scope no longer. */
    private void drop(SnapshotSplit split) {
        SnapshotSplit ended = split.at(split.last(), split.readTime(), split.documents(), split.bytes(), true);
        unacknowledged.put(split.splitId(), ended);
        tell(new SplitFinished(summary(ended)));
    }

    @Override
    protected SplitState initializedState(MongoSplit split) {
        SplitState state = SplitState.of(split);
        if (state instanceof StreamState streamState) {
            stream = streamState;
            control.stopAfter(((StreamSplit) split).stopAfter());
        } else {
            open.put(split.splitId(), (SnapshotState) state);
        }
        return state;
    }

    @Override
    protected MongoSplit toSplitType(String splitId, SplitState state) {
        return state.split();
    }

    @Override
    public List<MongoSplit> snapshotState(long checkpointId) {
        List<MongoSplit> splits = super.snapshotState(checkpointId);
        splits.addAll(unacknowledged.values());
        if (isStreamFinished) {
            splits.add(stream.finished());
        }
        splits.addAll(held);
        return splits;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<SourceRecord> output) throws Exception {
        int wanted = stream == null ? 0 : stream.wanted().size();
        InputStatus status = super.pollNext(output);
        askForPasses(wanted);
        if (nanoTime.getAsLong() - reportedAt >= REPORT_EVERY_NANOS) {
            reportProgress();
        }
        emitWatermark(output);
        return status;
    }

    /** Asks the enumerator for the passes that the stream wants, from the given one on. */
    private void askForPasses(int first) {
        if (stream != null) {
            for (int i = first; i < stream.wanted().size(); i++) {
                tell(EpochWanted.of(stream.wanted().get(i)));
            }
        }
    }

    private void emitWatermark(ReaderOutput<SourceRecord> output) {
        if (frontier == null) {
            return;
        }
        long watermark = Math.min(frontier.hold(), stream == null ? frontier.reached() : stream.watermark());
        if (watermark > emitted) {
            emitted = watermark;
            output.emitWatermark(new Watermark(watermark));
        }
    }

    private void reportProgress() {
        reportedAt = nanoTime.getAsLong();
        metrics.pending(open.values().stream().mapToLong(SnapshotState::pending).sum());
        if (stream != null) {
            metrics.streamTime(stream.position().clusterTime());
            tell(new StreamProgress(stream.position().clusterTime(), stream.watermark()));
        }
    }

    @Override
    protected void onSplitFinished(Map<String, SplitState> finished) {
        finished.forEach((id, state) -> {
            if (state instanceof SnapshotState snapshot) {
                open.remove(id);
                SnapshotSplit split = snapshot.finished();
                unacknowledged.put(id, split);
                tell(new SplitFinished(summary(split)));
            } else {
                isStreamFinished = true;
                reportProgress();
            }
        });
        requestSplitIfIdle();
    }

    private static Summary summary(SnapshotSplit split) {
        return new Summary(
                split.splitId(), split.namespace().toString(), split.epochStart(), split.readTime(), split.documents());
    }

    private void requestSplitIfIdle() {
        if (open.isEmpty()) {
            context.sendSplitRequest();
        }
    }

    private void tell(SourceMessage message) {
        context.sendSourceEventToCoordinator(message);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof Frontier next) {
            frontier = next;
        } else if (event instanceof Acknowledged acknowledged) {
            unacknowledged.remove(acknowledged.splitId());
        } else if (event instanceof EpochTaken taken) {
            stream.taken(Namespace.parse(taken.namespace()), taken.start());
        } else if (event instanceof ScopeChanges told) {
            control.scopeChanges(told.changes());
            isScopeKnown = true;
            begin();
            if (isNothingToCome) {
                super.notifyNoMoreSplits();
            }
        } else if (event instanceof StopAfter stop) {
            stream.stopAfter(stop.clusterTime());
            control.stopAfter(stop.clusterTime());
        } else if (event instanceof WaitAt wait) {
            control.waitAt(wait.clusterTime());
        } else {
            throw new IllegalArgumentException("not for readers: " + event);
        }
        fetchers.wakeReader();
    }

    @Override
    public void close() throws Exception {
        try (resources) {
            super.close();
        }
    }
}
