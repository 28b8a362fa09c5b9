/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Projection;
import io.penstock.devserver.query.Sorting;
import io.penstock.devserver.query.Update;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.RawBsonDocument;

/** Changes or deletes one document and gives back the old or the new one. */
final class FindAndModify {
    private final Writer writer;
    private final BsonDocument body;
    private final UpdateRun run;

    FindAndModify(Writer writer, Request request) {
        this.writer = writer;
        this.body = request.body();
        this.run = new UpdateRun(writer, request);
    }

    BsonDocument run() {
        BsonDocument query = Docs.docOrEmpty(body, "query");
        Row row = first(query);
        boolean remove = Docs.truth(body, "remove");
        if (remove == body.containsKey("update")) {
            throw ServerError.failedToParse("Either an update or remove=true must be specified");
        }
        if (remove) {
            return reply(row == null ? null : run.delete(row), lastError(row != null));
        }
        Update update = Update.of(body.get("update"));
        BsonArray filters = body.isArray("arrayFilters") ? body.getArray("arrayFilters") : new BsonArray();
        boolean giveNew = Docs.truth(body, "new");
        if (row != null) {
            RawBsonDocument before = row.at(writer.readTime(), writer.transaction());
            RawBsonDocument after = run.apply(
                    update,
                    row,
                    new Update.Context(query, filters, writer.store().millis(), false));
            return reply(giveNew ? after : before, lastError(true).append("updatedExisting", Docs.bool(true)));
        }
        BsonDocument lastError = lastError(false).append("updatedExisting", Docs.bool(false));
        if (!Docs.truth(body, "upsert")) {
            return reply(null, lastError);
        }
        RawBsonDocument inserted = run.upsert(update, query, filters);
        lastError.append("n", Docs.num(1)).append("upserted", inserted.get("_id"));
        return reply(giveNew ? inserted : null, lastError);
    }

    private Row first(BsonDocument query) {
        Iterator<Row> rows = run.matching(query);
        BsonDocument sort = Docs.docOrEmpty(body, "sort");
        if (sort.isEmpty()) {
            return rows.hasNext() ? rows.next() : null;
        }
        Stream<Row> found = StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false);
        Comparator<BsonDocument> order = Sorting.by(sort);
        return found.min(Comparator.comparing(row -> row.at(writer.readTime(), writer.transaction()), order))
                .orElse(null);
    }

    private static BsonDocument lastError(boolean found) {
        return new BsonDocument("n", Docs.num(found ? 1 : 0));
    }

    private BsonDocument reply(RawBsonDocument document, BsonDocument lastError) {
        return new BsonDocument("lastErrorObject", lastError)
                .append(
                        "value",
                        document == null
                                ? BsonNull.VALUE
                                : Projection.of(Docs.doc(body, "fields")).apply(document));
    }
}
