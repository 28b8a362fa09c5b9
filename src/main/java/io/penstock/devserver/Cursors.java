/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The open cursors by their ids. */
final class Cursors {
    private final Map<Long, Cursor> open = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(1L << 40);

    long nextId() {
        return ids.incrementAndGet();
    }

    /** Keeps a cursor unless its first reply has already said that there is no more. */
    BsonDocument keep(Cursor cursor, BsonDocument reply) {
        if (reply.getInt64("id").getValue() != 0) {
            open.put(cursor.id(), cursor);
        }
        return Docs.ok(new BsonDocument("cursor", reply));
    }

    /** Opens a cursor over documents that are there already, as commands that list something do. */
    BsonDocument open(Request request, String namespace, List<BsonDocument> documents) {
        QueryCursor cursor = new QueryCursor(
                nextId(), namespace, Docs.doc(request.body(), "lsid"), null, documents.iterator(), new BsonDocument());
        long size = Docs.number(Docs.docOrEmpty(request.body(), "cursor"), "batchSize", Long.MAX_VALUE);
        return keep(cursor, cursor.next(true, size, false));
    }

    /** @throws ServerError 43 when there is no such cursor */
    Cursor require(long id) {
        Cursor cursor = open.get(id);
        if (cursor == null) {
            throw new ServerError(43, "CursorNotFound", "cursor id " + id + " not found");
        }
        return cursor;
    }

    /** The cursor, or null. */
    Cursor find(long id) {
        return open.get(id);
    }

    void close(Cursor cursor) {
        open.remove(cursor.id());
    }

    int count() {
        return open.size();
    }

    BsonDocument kill(Request request) {
        BsonArray killed = new BsonArray();
        BsonArray unknown = new BsonArray();
        for (BsonValue id : request.list("cursors")) {
            boolean known = open.remove(id.asNumber().longValue()) != null;
            (known ? killed : unknown).add(id);
        }
        return Docs.ok(new BsonDocument("cursorsKilled", killed)
                .append("cursorsNotFound", unknown)
                .append("cursorsAlive", new BsonArray())
                .append("cursorsUnknown", new BsonArray()));
    }
}
