/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Update;
import io.penstock.record.BsonOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** One statement of an update or delete command: finds the rows and writes them. */
final class UpdateRun {
    private final Writer writer;
    private final String db;
    private final String name;
    private int matched;
    private int modified;
    private BsonValue upserted;

    UpdateRun(Writer writer, Request request) {
        this.writer = writer;
        this.db = request.db();
        this.name = request.collection();
    }

    int matched() {
        return matched;
    }

    int modified() {
        return modified;
    }

    /** The {@code _id} of the document that was inserted because none matched, or null. */
    BsonValue upserted() {
        return upserted;
    }

    /** Runs {@code {q, u, multi, upsert, arrayFilters}}. */
    void all(BsonDocument statement) {
        BsonDocument query = Docs.docOrEmpty(statement, "q");
        Update update = Update.of(statement.get("u"));
        boolean multi = Docs.truth(statement, "multi");
        if (multi && update.isReplacement()) {
            throw ServerError.failedToParse("multi update is not supported for replacement-style update");
        }
        BsonArray filters = statement.isArray("arrayFilters") ? statement.getArray("arrayFilters") : new BsonArray();
        Update.Context context =
                new Update.Context(query, filters, writer.store().millis(), false);
        Iterator<Row> rows = matching(query);
        while (rows.hasNext() && (multi || matched == 0)) {
            apply(update, rows.next(), context);
        }
        if (matched == 0 && Docs.truth(statement, "upsert")) {
            upserted = upsert(update, query, filters).get("_id");
        }
    }

    /** Applies an update to a row; gives back the new document, or the old one when nothing changes. */
    RawBsonDocument apply(Update update, Row row, Update.Context context) {
        writer.requireFree(row);
        StoredCollection collection = writer.store().catalog().find(db, name);
        RawBsonDocument before = row.at(writer.readTime(), writer.transaction());
        Update.Result result = update.apply(before, context);
        RawBsonDocument after = NewDocument.of(result.document());
        if (BsonOrder.ASCENDING.compare(collection.key(after.get("_id")), row.key) != 0) {
            throw new ServerError(
                    66,
                    "ImmutableField",
                    "Performing an update on the path '_id' would modify the immutable field '_id'");
        }
        matched++;
        if (Arrays.equals(Docs.bytes(before), Docs.bytes(after))) {
            return before;
        }
        modified++;
        writer.update(collection, row, before, after, result.description());
        return after;
    }

    RawBsonDocument upsert(Update update, BsonDocument query, BsonArray filters) {
        BsonDocument seed = QueryEqualities.of(query);
        Update.Context context =
                new Update.Context(query, filters, writer.store().millis(), true);
        BsonDocument document = update.apply(seed, context).document();
        if (!document.containsKey("_id")) {
            document.put("_id", new BsonObjectId());
        }
        RawBsonDocument stored = NewDocument.of(document);
        writer.insert(writer.collectionOrNew(db, name), stored);
        return stored;
    }

    /** Deletes what matches, or the first of it; gives back how many that were. */
    int delete(BsonDocument query, boolean single) {
        Iterator<Row> rows = matching(query);
        int deleted = 0;
        while (rows.hasNext() && !(single && deleted == 1)) {
            delete(rows.next());
            deleted++;
        }
        return deleted;
    }

    /** Deletes a row's document and gives it back. */
    RawBsonDocument delete(Row row) {
        writer.requireFree(row);
        RawBsonDocument before = row.at(writer.readTime(), writer.transaction());
        writer.delete(writer.store().catalog().find(db, name), row, before);
        return before;
    }

    /** The rows whose documents match, found one by one while they are taken. */
    Iterator<Row> matching(BsonDocument query) {
        StoredCollection collection = writer.store().catalog().find(db, name);
        if (collection == null) {
            return java.util.Collections.emptyIterator();
        }
        Predicate<BsonDocument> filter = Finder.wanted(collection, query);
        Iterable<Row> rows = () -> collection.rows(IdRange.of(query));
        return java.util.stream.StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> {
                    RawBsonDocument document = row.at(writer.readTime(), writer.transaction());
                    return document != null && filter.test(document);
                })
                .iterator();
    }
}
