/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Commands about indexes. */
final class IndexCommands {
    private final Store store;
    private final Cursors cursors;

    IndexCommands(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
    }

    BsonDocument createIndexes(Request request) {
        BsonDocument reply = new BsonDocument();
        store.write(writer -> {
            StoredCollection collection = writer.collectionOrNew(request.db(), request.collection());
            int before = collection.indexes().size() + 1;
            for (BsonValue definition : request.list("indexes")) {
                addIndex(writer, collection, definition.asDocument());
            }
            reply.append("numIndexesBefore", Docs.num(before))
                    .append("numIndexesAfter", Docs.num(collection.indexes().size() + 1));
        });
        return Docs.ok(reply);
    }

    private void addIndex(Writer writer, StoredCollection collection, BsonDocument definition) {
        BsonDocument key = definition.getDocument("key");
        boolean known = collection.indexes().stream()
                .anyMatch(index -> index.definition().getDocument("key").equals(key));
        if (known || key.equals(new BsonDocument("_id", Docs.num(1)))) {
            return;
        }
        StoredIndex index = new StoredIndex(definition);
        collection
                .documents(writer.readTime(), null)
                .forEach(document -> index.replace(collection, collection.key(document.get("_id")), null, document));
        collection.indexes().add(index);
        writer.note(store.nextTime(), Kind.CREATE_INDEXES, collection, definition);
    }

    BsonDocument dropIndexes(Request request) {
        return store.write(writer -> {
            StoredCollection collection = store.catalog().require(request.db(), request.collection());
            BsonValue which = request.body().get("index");
            List<StoredIndex> dropped = new ArrayList<>();
            for (StoredIndex index : collection.indexes()) {
                boolean named = which.equals(Docs.str(index.name()))
                        || which.equals(index.definition().get("key"));
                if (named || which.equals(Docs.str("*"))) {
                    dropped.add(index);
                }
            }
            if (dropped.isEmpty() && !which.equals(Docs.str("*"))) {
                throw new ServerError(27, "IndexNotFound", "index not found with name [" + which + "]");
            }
            dropped.forEach(index -> {
                collection.indexes().remove(index);
                writer.note(store.nextTime(), Kind.DROP_INDEXES, collection, index.definition());
            });
        });
    }

    BsonDocument listIndexes(Request request) {
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        if (collection == null) {
            throw new ServerError(26, "NamespaceNotFound", "ns does not exist: " + request.namespace());
        }
        List<BsonDocument> all = new ArrayList<>();
        BsonDocument id = new BsonDocument("v", Docs.num(2))
                .append("key", new BsonDocument("_id", Docs.num(1)))
                .append("name", Docs.str("_id_"));
        if (collection.collation() != null) {
            id.append("collation", collection.collation().spec());
        }
        all.add(id);
        collection.indexes().forEach(index -> {
            BsonDocument shown = new BsonDocument("v", Docs.num(2));
            shown.putAll(index.definition());
            all.add(shown);
        });
        return cursors.open(request, request.namespace(), all);
    }
}
