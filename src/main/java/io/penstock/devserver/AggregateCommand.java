/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Pipeline;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code aggregate} on collections; change streams are opened elsewhere. */
final class AggregateCommand {
    private final Store store;
    private final Cursors cursors;
    private final ChangeStreamCommands streams;
    private final Views views;

    AggregateCommand(Store store, Cursors cursors, ChangeStreamCommands streams) {
        this.store = store;
        this.cursors = cursors;
        this.streams = streams;
        this.views = new Views(store);
    }

    BsonDocument run(Request request) {
        List<BsonDocument> stages = Pipeline.stages(request.body().get("pipeline"));
        String first = stages.isEmpty() ? "" : stages.get(0).getFirstKey();
        if (first.equals("$changeStream")) {
            return streams.open(request);
        }
        if (!request.body().isString("aggregate")) {
            throw ServerError.location(40324, "Unrecognized pipeline stage name: '" + first + "'");
        }
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        String last = stages.isEmpty() ? "" : stages.get(stages.size() - 1).getFirstKey();
        if (last.equals("$out") || last.equals("$merge")) {
            List<BsonDocument> made = documents(request, collection, stages.subList(0, stages.size() - 1))
                    .toList();
            new OutputStages(store, request.db()).write(stages.get(stages.size() - 1), made);
            return open(request, null, Collections.emptyIterator(), new BsonDocument());
        }
        BsonDocument extra = new BsonDocument();
        ReadView view = ReadView.of(request, store, collection);
        if (view.snapshot() && request.transaction() == null) {
            extra.append("atClusterTime", Docs.time(view.time().getAsLong()));
        }
        return open(request, collection, documents(request, collection, stages).iterator(), extra);
    }

    private Stream<BsonDocument> documents(Request request, StoredCollection collection, List<BsonDocument> stages) {
        boolean stats = !stages.isEmpty() && stages.get(0).containsKey("$collStats");
        if (collection == null) {
            if (stats) {
                throw new ServerError(26, "NamespaceNotFound", "Collection [" + request.namespace() + "] not found.");
            }
            return Pipeline.of(stages).run(Stream.empty());
        }
        if (stats) {
            BsonDocument shown =
                    CollectionStats.stage(store, collection, stages.get(0).getDocument("$collStats"));
            return Pipeline.of(stages.subList(1, stages.size())).run(Stream.of(shown));
        }
        boolean match = !stages.isEmpty() && stages.get(0).containsKey("$match");
        BsonDocument filter = match ? stages.get(0).getDocument("$match") : new BsonDocument();
        Stream<BsonDocument> found = views.documents(request, collection, filter);
        return Pipeline.of(match ? stages.subList(1, stages.size()) : stages).run(found);
    }

    private BsonDocument open(
            Request request, StoredCollection collection, Iterator<BsonDocument> documents, BsonDocument extra) {
        BsonDocument options = Docs.docOrEmpty(request.body(), "cursor");
        BsonValue lsid = request.body().get("lsid");
        QueryCursor cursor = new QueryCursor(
                cursors.nextId(),
                request.namespace(),
                lsid == null ? null : lsid.asDocument(),
                collection,
                documents,
                extra);
        return cursors.keep(
                cursor, cursor.next(true, Docs.number(options, "batchSize", ReadCommands.FIRST_BATCH), false));
    }
}
