/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Paths;
import io.penstock.record.BsonOrder;
import java.util.Collections;
import java.util.Iterator;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/** {@code find}, {@code count}, {@code distinct}, and {@code getMore} of such cursors. */
final class ReadCommands {
    /** How many documents the first reply of a find has when the client does not say. */
    static final int FIRST_BATCH = 101;

    private final Store store;
    private final Cursors cursors;
    private final OplogView oplog;
    private final Views views;

    ReadCommands(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
        this.oplog = new OplogView(store);
        this.views = new Views(store);
    }

    BsonDocument find(Request request) {
        BsonDocument body = request.body();
        if (oplog.isMeant(request)) {
            return open(request, null, oplog.find(body), new BsonDocument());
        }
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        if (collection != null && collection.isView()) {
            return open(request, null, views.find(request, collection), new BsonDocument());
        }
        ReadView view = ReadView.of(request, store, collection);
        Iterator<BsonDocument> documents =
                collection == null ? Collections.emptyIterator() : new Finder(collection, view).find(body);
        BsonDocument extra = new BsonDocument();
        if (view.snapshot() && request.transaction() == null) {
            extra.append("atClusterTime", Docs.time(view.time().getAsLong()));
        }
        return open(request, collection, documents, extra);
    }

    private BsonDocument open(
            Request request, StoredCollection collection, Iterator<BsonDocument> documents, BsonDocument extra) {
        BsonDocument body = request.body();
        QueryCursor cursor = new QueryCursor(
                cursors.nextId(), request.namespace(), Docs.doc(body, "lsid"), collection, documents, extra);
        long size = Docs.number(body, "batchSize", FIRST_BATCH);
        boolean single = Docs.truth(body, "singleBatch") || Docs.number(body, "limit", 0) < 0;
        return cursors.keep(cursor, cursor.next(true, single ? Long.MAX_VALUE : size, single));
    }

    BsonDocument getMore(Request request, QueryCursor cursor) {
        long size = Docs.number(request.body(), "batchSize", 0);
        try {
            BsonDocument reply = cursor.next(false, size <= 0 ? Long.MAX_VALUE : size, false);
            if (reply.getInt64("id").getValue() == 0) {
                cursors.close(cursor);
            }
            return Docs.ok(new BsonDocument("cursor", reply));
        } catch (ServerError e) {
            cursors.close(cursor);
            throw e;
        }
    }

    BsonDocument count(Request request) {
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        BsonDocument filter = Docs.docOrEmpty(request.body(), "query");
        long count = 0;
        if (collection != null) {
            long skip = Docs.number(request.body(), "skip", 0);
            long limit = Math.abs(Docs.number(request.body(), "limit", 0));
            boolean counted = filter.isEmpty() && request.transaction() == null && !collection.isView();
            long all = counted
                    ? collection.count()
                    : views.documents(request, collection, filter).count();
            count = Math.max(0, all - skip);
            count = limit == 0 ? count : Math.min(limit, count);
        }
        return Docs.ok(new BsonDocument("n", count == (int) count ? Docs.num((int) count) : new BsonInt64(count)));
    }

    BsonDocument distinct(Request request) {
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        TreeSet<BsonValue> values = new TreeSet<>(BsonOrder.ASCENDING);
        String field = Docs.text(request.body(), "key");
        views.documents(request, collection, Docs.docOrEmpty(request.body(), "query"))
                .forEach(document -> values.addAll(Paths.keys(document, field)));
        return Docs.ok(new BsonDocument("values", new BsonArray(java.util.List.copyOf(values))));
    }
}
