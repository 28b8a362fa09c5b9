/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ReadConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/** A range of rows, read in a session of its own: at one cluster time, or each answer as it is committed by then. */
final class DriverRows implements SourceServer.RowCursor {
    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));

    private final ClientSession session;
    private final MongoCursor<byte[]> cursor;

    /**
     * @param includes a cluster time that a majority-committed read must include: without it the server may answer from before
     *     the operation time that it told a moment ago, and what happened between would be taken for included
     */
    DriverRows(MongoClient client, MongoCollection<byte[]> collection, RowQuery query, long includes) {
        boolean exact = query.readTime() != 0;
        session = client.startSession(ClientSessionOptions.builder()
                .snapshot(exact)
                .causallyConsistent(!exact)
                .build());
        try {
            if (exact) {
                session.setSnapshotTimestamp(new BsonTimestamp(query.readTime()));
            } else {
                session.advanceOperationTime(new BsonTimestamp(includes));
            }
            FindIterable<byte[]> find = exact
                    ? collection.find(session)
                    : collection.withReadConcern(ReadConcern.MAJORITY).find(session);
            find.hint(BY_ID);
            if (query.from() != null) {
                find.min(new RawBsonDocument(query.from()));
            }
            if (query.to() != null) {
                find.max(new RawBsonDocument(query.to()));
            }
            cursor = find.cursor();
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public List<byte[]> next() {
        if (!cursor.hasNext()) {
            return null;
        }
        List<byte[]> rows = new ArrayList<>(Math.max(1, cursor.available()));
        do {
            rows.add(cursor.next());
        } while (cursor.available() > 0);
        return rows;
    }

    @Override
    public long operationTime() {
        return session.getOperationTime().getValue();
    }

    @Override
    public void close() {
        try (session) {
            cursor.close();
        }
    }
}
