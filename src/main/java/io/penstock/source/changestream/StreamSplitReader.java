/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import com.mongodb.MongoException;
import io.penstock.source.MongoSplit;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.fetch.FetchedBatch;
import io.penstock.source.fetch.Pause;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.ServerErrors;
import io.penstock.source.server.SourceServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stream, on a fetcher's thread of its own: a waiting getMore must not stall the snapshot. Documents are passed on
 * raw. While one batch is emitted the next is fetched.
 */
public final class StreamSplitReader implements SplitReader<Fetched, MongoSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSplitReader.class);
    private static final int BATCH_BYTES = 4 << 20;
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final String DOING = "reading the change stream";

    private final StreamOpener opener;
    private final Scope scope;
    private final StreamControl control;
    private final Retries retries;
    private final boolean resnapshots;
    private final Pause pause = new Pause();

    private StreamSplit split;
    private StreamInterpreter interpreter;
    private String database;
    private StreamPosition position;
    private SourceServer.ChangeCursor cursor;
    private RawChange fragments;
    private RawChange waiting;
    private boolean isOversized;
    private boolean isEnded;
    private MongoException lost;

    /** @param resnapshots whether to go on with new passes when the server no longer has the history that comes next; else that fails the job */
    public StreamSplitReader(
            StreamOpener opener, Scope scope, StreamControl control, Retries retries, boolean resnapshots) {
        this.opener = opener;
        this.scope = scope;
        this.control = control;
        this.retries = retries;
        this.resnapshots = resnapshots;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<MongoSplit> change) {
        split = (StreamSplit) change.splits().get(0);
        position = split.position();
        List<ScopeChange> changes = control.scopeChanges();
        interpreter = new StreamInterpreter(scope, split, changes);
        database = database(changes);
        LOG.info("Reading the change stream from {}", position);
    }

    /** That of all scopes so far: a narrower stream could not go on from the token of an event that is not in it. */
    private String database(List<ScopeChange> changes) {
        String common = scope.database();
        boolean isOne = changes.stream()
                .allMatch(change -> Objects.equals(change.before().database(), common));
        return isOne ? common : null;
    }

    @Override
    public FetchedBatch fetch() throws IOException {
        List<Fetched> batch = new ArrayList<>();
        try {
            if (interpreter.isBehindGap()) {
                interpreter.tellBehindGap(batch);
            } else if (lost != null) {
                goOnBehindGap(batch);
            } else {
                read(batch);
            }
            retries.succeeded();
        } catch (MongoException e) {
            recover(e);
        }
        return isEnded ? FetchedBatch.last(split.splitId(), batch) : FetchedBatch.of(split.splitId(), batch);
    }

    private void read(List<Fetched> batch) throws IOException {
        if (waiting != null) {
            goOn(batch);
            return;
        }
        if (cursor == null) {
            cursor = opener.open(position, database, isOversized);
        }
        int bytes = 0;
        byte[] event = cursor.tryNext();
        while (event != null && !isEnded) {
            bytes += event.length;
            join(RawChange.of(event), batch);
            event = waiting == null && cursor != null && bytes < BATCH_BYTES && cursor.hasBuffered()
                    ? cursor.tryNext()
                    : null;
        }
        if (cursor != null && !isEnded && waiting == null && fragments == null && !cursor.hasBuffered()) {
            advance(cursor.token(), batch);
        }
    }

    /** With the event at which the stream waits, as soon as it may. */
    private void goOn(List<Fetched> batch) throws IOException {
        if (isAtOrBehind(waiting.clusterTime(), control.waitAt())) {
            pause.take(WAIT);
        } else {
            RawChange next = waiting;
            waiting = null;
            accept(next, batch);
        }
    }

    private void join(RawChange change, List<Fetched> batch) throws IOException {
        RawChange whole = fragments == null ? change : fragments.with(change);
        if (whole.isFragment() && whole.fragment() < whole.fragments()) {
            fragments = whole;
            return;
        }
        fragments = null;
        accept(whole, batch);
    }

    private void accept(RawChange change, List<Fetched> batch) throws IOException {
        RawChange whole = change;
        if (isBeyondEnd(whole.clusterTime())) {
            end(whole.clusterTime(), batch);
            return;
        }
        long waitAt = control.waitAt();
        if (isAtOrBehind(whole.clusterTime(), waitAt)) {
            waiting = whole;
            standBefore(waitAt, batch);
            return;
        }
        interpreter.cross(whole.clusterTime(), position, batch);
        if (isOversized && interpreter.isWatched(whole)) {
            whole = opener.complete(whole);
        }
        if (whole != null) {
            interpreter.interpret(whole, batch);
            position = whole.position();
        }
        boolean invalidated = change.operation() != null && change.operation().equals("invalidate");
        if (isOversized || invalidated) {
            isOversized = false;
            position = change.position();
            closeCursor();
        }
    }

    /** The token behind a batch, which moves on even when no event of ours comes by: it keeps the place from leaving the oplog. */
    private void advance(byte[] token, List<Fetched> batch) {
        if (token == null || (position.token() != null && Arrays.equals(token, position.token()))) {
            return;
        }
        long time = StreamPosition.clusterTime(token);
        if (isBeyondEnd(time)) {
            end(time, batch);
            return;
        }
        long waitAt = control.waitAt();
        if (isAtOrBehind(time, waitAt)) {
            standBefore(waitAt, batch);
            return;
        }
        interpreter.cross(time, position, batch);
        position = new StreamPosition(token, time);
        batch.add(Fetched.Progress.to(position));
    }

    private static boolean isAtOrBehind(long time, long waitAt) {
        return waitAt != 0 && Long.compareUnsigned(time, waitAt) >= 0;
    }

    /**
     * Everything before a time has been read, and nothing of it or later: the place is the time itself, and no token, which would be one of an
     * earlier event. The oplog need not reach back to that for the stream to go on.
     */
    private void standBefore(long time, List<Fetched> batch) {
        if (Long.compareUnsigned(position.clusterTime(), time) < 0) {
            interpreter.cross(time, position, batch);
            position = StreamPosition.at(time);
            batch.add(Fetched.Progress.to(position));
            LOG.info("The change stream waits at {}", position);
        }
    }

    /** Whether the stream ends before this time. Never between two events of one time: they may be one transaction's. */
    private boolean isBeyondEnd(long time) {
        return control.isBeyondEnd(time) && time != position.clusterTime();
    }

    /** Nothing up to the end is missing: the stream has come to a later time. Its token stays the one before. */
    private void end(long time, List<Fetched> batch) {
        isEnded = true;
        batch.add(Fetched.Progress.to(new StreamPosition(position.token(), time)));
        LOG.info("The change stream has come to its end at {}", position);
    }

    private void recover(MongoException fault) throws IOException {
        closeCursor();
        fragments = null;
        waiting = null;
        if (ServerErrors.isEventTooLarge(fault) && !isOversized) {
            LOG.info(
                    "The event behind {} is larger than the server can send; its document is fetched by its key",
                    position);
            isOversized = true;
        } else if (ServerErrors.isHistoryLost(fault)) {
            if (!resnapshots || !ServerErrors.isHistoryGone(fault)) {
                throw new HistoryLostException(position, fault);
            }
            lost = fault;
        } else {
            pause.take(retries.pauseAfter(fault, DOING));
        }
    }

    /** Decides where to go on. What it asks the server for may fail, and is asked again. */
    private void goOnBehindGap(List<Fetched> batch) throws IOException {
        StreamOpener.Present now = opener.present();
        if (Long.compareUnsigned(now.clusterTime(), position.clusterTime()) <= 0) {
            throw new IOException(
                    "The source no longer has the history from " + position + " on, and says that it is "
                            + StreamPosition.at(now.clusterTime())
                            + " now, which is not later: is it the same deployment?",
                    lost);
        }
        LOG.warn(
                "The source no longer has the history from {} to {} ({}). What changed in between is not known: {} collections"
                        + " are read anew, and what is found to be gone is deleted at the targets",
                position,
                StreamPosition.at(now.clusterTime()),
                lost.getMessage(),
                now.collections().size());
        interpreter.loseUpTo(now.clusterTime(), now.collections(), position, batch);
        position = StreamPosition.at(now.clusterTime());
        lost = null;
    }

    private void closeCursor() {
        if (cursor != null) {
            SourceServer.ChangeCursor closing = cursor;
            cursor = null;
            try {
                closing.close();
            } catch (MongoException e) {
                LOG.debug("The server forgets a cursor by itself that could not be closed", e);
            }
        }
    }

    @Override
    public void wakeUp() {
        pause.end();
    }

    @Override
    public void pauseOrResumeSplits(Collection<MongoSplit> toPause, Collection<MongoSplit> toResume) {
        throw new UnsupportedOperationException("there is one stream, and nothing to align it with");
    }

    @Override
    public void close() {
        closeCursor();
    }
}
