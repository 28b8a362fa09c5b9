/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Pipeline;
import io.penstock.devserver.query.Projection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** Reads views: the pipeline of the view over what it is on, which may be a view again. */
final class Views {
    private final Store store;

    Views(Store store) {
        this.store = store;
    }

    /** All documents of a collection or view. */
    Stream<BsonDocument> documents(Request request, StoredCollection from, BsonDocument filter) {
        if (from == null) {
            return Stream.empty();
        }
        if (!from.isView()) {
            return new Finder(from, ReadView.of(request, store, from)).matching(filter);
        }
        StoredCollection on = store.catalog().find(from.db(), Docs.text(from.options(), "viewOn"));
        List<BsonDocument> stages =
                new ArrayList<>(Pipeline.stages(from.options().getArray("pipeline", new BsonArray())));
        stages.add(new BsonDocument("$match", filter));
        return Pipeline.of(stages).run(documents(request, on, new BsonDocument()));
    }

    /** What a {@code find} command asks of a view. */
    Iterator<BsonDocument> find(Request request, StoredCollection view) {
        BsonDocument body = request.body();
        List<BsonDocument> stages = new ArrayList<>();
        if (!Docs.docOrEmpty(body, "sort").isEmpty()) {
            stages.add(new BsonDocument("$sort", body.get("sort")));
        }
        long limit = Math.abs(Docs.number(body, "limit", 0));
        Stream<BsonDocument> found = Pipeline.of(stages)
                .run(documents(request, view, Docs.docOrEmpty(body, "filter")))
                .skip(Docs.number(body, "skip", 0));
        return (limit == 0 ? found : found.limit(limit))
                .map(Projection.of(Docs.doc(body, "projection")))
                .iterator();
    }
}
