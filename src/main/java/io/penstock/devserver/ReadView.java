/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.function.LongSupplier;
import org.bson.BsonDocument;

/**
 * The state that a read sees.
 *
 * @param time the cluster time of each batch: fixed for a snapshot, else what is visible when the batch is made
 * @param transaction the transaction that reads, or null
 * @param snapshot whether the time is fixed
 */
record ReadView(LongSupplier time, Transaction transaction, boolean snapshot) {

    /**
     * What a command's read concern and transaction ask for.
     *
     * @throws ServerError 239, 72, 246 where a snapshot cannot be read
     */
    static ReadView of(Request request, Store store, StoredCollection collection) {
        if (request.transaction() != null) {
            return new ReadView(fixed(request.transaction().readTime(), store), request.transaction(), true);
        }
        BsonDocument concern = Docs.docOrEmpty(request.body(), "readConcern");
        if (!"snapshot".equals(Docs.text(concern, "level"))) {
            return new ReadView(store::now, null, false);
        }
        long now = store.now();
        long time = concern.isTimestamp("atClusterTime")
                ? concern.getTimestamp("atClusterTime").getValue()
                : now;
        store.history().requireReadable(time, now);
        if (collection != null) {
            requireSnapshot(collection, time);
        }
        return new ReadView(fixed(time, store), null, true);
    }

    /** A time that each look at a row makes sure is still kept. */
    private static LongSupplier fixed(long time, Store store) {
        return () -> {
            store.history().requireReadable(time, Math.max(time, store.now()));
            return time;
        };
    }

    private static void requireSnapshot(StoredCollection collection, long time) {
        if (collection.isCapped()) {
            throw new ServerError(
                    246,
                    "SnapshotUnavailable",
                    "Reading from capped collections with readConcern snapshot is not supported");
        }
        if (time < collection.since()) {
            throw new ServerError(
                    246,
                    "SnapshotUnavailable",
                    "Unable to read from a snapshot due to pending collection catalog changes; please retry the "
                            + "operation. Snapshot timestamp is " + Docs.time(time) + ". Collection minimum is "
                            + Docs.time(collection.since()));
        }
    }
}
