/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.util.concurrent.TimeUnit;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/** The limit to compare with: the driver alone, one cursor, nothing decoded, nothing kept. */
final class RawReads {
    private RawReads() {}

    /** Documents a second of one scan of the collection. */
    static double scan(BenchServer server) {
        long start = System.nanoTime();
        long documents = 0;
        for (RawBsonDocument ignored : server.collection()
                .withDocumentClass(RawBsonDocument.class)
                .find()
                .batchSize(5_000)) {
            documents++;
        }
        return perSecond(documents, start);
    }

    /** Events a second of a change stream over a backlog of a known length. */
    static double changes(BenchServer server, BsonTimestamp from, int events) {
        long start = System.nanoTime();
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor = server.collection()
                .withDocumentClass(RawBsonDocument.class)
                .watch()
                .startAtOperationTime(from)
                .batchSize(5_000)
                .maxAwaitTime(1, TimeUnit.SECONDS)
                .cursor()) {
            for (int i = 0; i < events; i++) {
                cursor.next();
            }
        }
        return perSecond(events, start);
    }

    static double perSecond(long count, long startNanos) {
        return count * 1e9 / (System.nanoTime() - startNanos);
    }
}
