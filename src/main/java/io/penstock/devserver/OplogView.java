/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Filter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/** {@code local.oplog.rs}, as far as clients ask how long the history is: times, operations and namespaces, no documents. */
final class OplogView {
    private final Store store;
    private final ChangeLog log;

    OplogView(Store store) {
        this.store = store;
        this.log = store.log();
    }

    boolean isMeant(Request request) {
        return request.db().equals("local") && request.collection().equals("oplog.rs");
    }

    Iterator<BsonDocument> find(BsonDocument command) {
        BsonDocument sort = Docs.docOrEmpty(command, "sort");
        boolean newestFirst = Docs.number(sort, "$natural", Docs.number(sort, "ts", 1)) < 0;
        long limit = Math.abs(Docs.number(command, "limit", 0));
        BsonDocument filter = Docs.docOrEmpty(command, "filter");
        List<ChangeEntry> entries = entries(newestFirst, limit == 1 && filter.isEmpty());
        Stream<BsonDocument> shown =
                entries.isEmpty() ? Stream.of(nothing()) : entries.stream().map(OplogView::document);
        Stream<BsonDocument> found = shown.filter(Filter.of(filter));
        return (limit == 0 ? found : found.limit(limit)).iterator();
    }

    private List<ChangeEntry> entries(boolean newestFirst, boolean one) {
        if (one) {
            ChangeEntry entry = newestFirst ? log.last() : log.first();
            return entry == null ? List.of() : List.of(entry);
        }
        List<ChangeEntry> all = new ArrayList<>(log.read(log.end() - log.size(), Integer.MAX_VALUE / 2));
        if (newestFirst) {
            Collections.reverse(all);
        }
        return all;
    }

    /** An oplog is never empty: where nothing has been written, it has the entry that says so. */
    private BsonDocument nothing() {
        return new BsonDocument("op", Docs.str("n"))
                .append("ns", Docs.str(""))
                .append("ts", Docs.time(store.now()))
                .append("t", Docs.num(1L))
                .append("v", Docs.num(2L))
                .append("wall", Docs.date(store.millis()));
    }

    private static BsonDocument document(ChangeEntry entry) {
        String operation =
                switch (entry.kind()) {
                    case INSERT -> "i";
                    case UPDATE, REPLACE -> "u";
                    case DELETE -> "d";
                    default -> "c";
                };
        return new BsonDocument("op", Docs.str(operation))
                .append("ns", Docs.str(entry.db() + "." + (entry.coll() == null ? "$cmd" : entry.coll())))
                .append("ts", Docs.time(entry.time()))
                .append("t", Docs.num(1L))
                .append("v", Docs.num(2L))
                .append("wall", Docs.date(entry.wall()));
    }
}
