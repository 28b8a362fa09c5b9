/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import com.mongodb.MongoException;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.RowQuery;
import io.penstock.source.server.ServerErrors;
import io.penstock.source.server.SourceServer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one split's rows, one answer of the server at a time, from wherever it stands.
 *
 * <p>The collection's identity is checked before and after: a find at a past cluster time on a collection that was dropped or
 * renamed away returns nothing <em>without an error</em>. The time to read at is chosen before the first check, so when the
 * check passes, the collection existed at that time. When a check fails, the split is at its end: the stream has the drop
 * or rename, whose floor covers whatever the split would have read. The time of that finding counts as a read time, so that nobody takes
 * the pass for complete before the stream has brought the floor.
 */
final class RowReader {
    private static final Logger LOG = LoggerFactory.getLogger(RowReader.class);

    private final SourceServer server;
    private final SnapshotSplit split;
    private byte[] last;
    private long readTime;
    private long readFrom;
    private SourceServer.RowCursor cursor;
    private List<byte[]> answer = List.of();
    private int next;
    private boolean isAtEnd;
    private boolean skipsLast;
    private boolean isOwnTime;

    RowReader(SourceServer server, SnapshotSplit split) {
        this.server = server;
        this.split = split;
        this.last = split.last();
        this.readTime = split.readTime();
    }

    SnapshotSplit split() {
        return split;
    }

    boolean isAtEnd() {
        return isAtEnd;
    }

    /**
     * Adds rows up to about so many bytes.
     *
     * @return the bytes added
     * @throws MongoException when the server fails; calling again goes on where it stopped
     */
    long read(long maxBytes, List<Fetched> out) {
        try {
            return readOn(maxBytes, out);
        } catch (MongoException e) {
            close();
            if (ServerErrors.isTimeGone(e) && split.exact()) {
                LOG.info("{}: cluster time {} can no longer be read, going on at a new one", split, readTime);
                boolean wasOurOwn = isOwnTime;
                readTime = 0;
                if (!wasOurOwn) {
                    return 0;
                }
            }
            if ((ServerErrors.isCollectionGone(e) || ServerErrors.isBoundRefused(e)) && isGone(out)) {
                return 0;
            }
            throw e;
        }
    }

    private long readOn(long maxBytes, List<Fetched> out) {
        if (cursor == null && !open(out)) {
            return 0;
        }
        if (next == answer.size()) {
            answer = cursor.next();
            next = 0;
            if (answer == null) {
                close();
                isGone(out);
                isAtEnd = true;
                return 0;
            }
        }
        long time = split.exact() ? readTime : cursor.operationTime();
        Version version = Version.row(time);
        long from = split.exact() ? readTime : readFrom;
        long bytes = 0;
        while (next < answer.size() && bytes < maxBytes) {
            byte[] document = answer.get(next++);
            bytes += document.length;
            Key key = Key.of(document);
            if (skipsLast) {
                skipsLast = false;
                if (key.equals(Key.of(last))) {
                    continue;
                }
            }
            out.add(new Fetched.Row(new SnapshotRow(split.namespace(), key, version, from, split.epoch(), document)));
            last = document;
        }
        return bytes;
    }

    /** False when the collection is gone. */
    private boolean open(List<Fetched> out) {
        readFrom = split.exact() ? 0 : server.operationTime();
        if (split.exact() && readTime == 0) {
            readTime = server.operationTime();
            isOwnTime = true;
        }
        if (isGone(out)) {
            return false;
        }
        byte[] from = last == null ? split.from() : Ids.of(last);
        skipsLast = last != null;
        cursor = server.rows(new RowQuery(split.namespace(), from, split.to(), split.exact() ? readTime : 0));
        answer = List.of();
        next = 0;
        out.add(new Fetched.ReadTime(split.exact() ? readTime : readFrom));
        return true;
    }

    private boolean isGone(List<Fetched> out) {
        CollectionInfo now = server.collection(split.namespace());
        boolean gone = now == null
                || (split.collection() != null && !split.collection().equals(now.uuid()));
        if (gone && !isAtEnd) {
            out.add(new Fetched.ReadTime(server.operationTime()));
            LOG.warn("{}: the collection was dropped or renamed meanwhile; the change stream tells the rest", split);
            isAtEnd = true;
        }
        return gone;
    }

    void close() {
        if (cursor != null) {
            SourceServer.RowCursor closing = cursor;
            cursor = null;
            answer = List.of();
            next = 0;
            try {
                closing.close();
            } catch (MongoException e) {
                LOG.debug("The server forgets a cursor by itself that could not be closed", e);
            }
        }
    }
}
