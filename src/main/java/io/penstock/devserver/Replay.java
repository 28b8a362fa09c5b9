/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** Does again what a journal has kept, at the times at which it was done. */
final class Replay {
    private final Catalog catalog;
    private final Changes changes;

    Replay(Catalog catalog, Changes changes) {
        this.catalog = catalog;
        this.changes = changes;
    }

    void apply(ChangeEntry entry) {
        if (entry.id() != null) {
            document(entry);
            return;
        }
        switch (entry.kind()) {
            case CREATE -> catalog.put(
                    new StoredCollection(entry.db(), entry.coll(), entry.uuid(), entry.detail(), entry.time()));
            case DROP -> drop(collection(entry));
            case RENAME -> rename(entry);
            case MODIFY -> collection(entry).modify(entry.detail());
            case CREATE_INDEXES -> addIndex(collection(entry), entry.detail());
            case DROP_INDEXES -> collection(entry).indexes().removeIf(index -> index.definition()
                    .equals(entry.detail()));
            default -> {
                // Dropping a database has dropped its collections before, each by its own entry.
            }
        }
        changes.add(entry);
    }

    private StoredCollection collection(ChangeEntry entry) {
        StoredCollection collection = catalog.find(entry.db(), entry.coll());
        if (collection == null) {
            throw new IllegalStateException(
                    "the journal changes a collection that it never made: " + entry.db() + "." + entry.coll());
        }
        return collection;
    }

    private void document(ChangeEntry entry) {
        StoredCollection collection = collection(entry);
        Row row = collection.rowOrNew(entry.id());
        RawBsonDocument before = row.head() == null ? null : row.head().document;
        for (StoredIndex index : collection.indexes()) {
            index.replace(collection, row.key, before, entry.after());
        }
        Version version = new Version(entry.time(), entry.after(), null, row.head());
        row.push(version);
        changes.add(collection, row, version, entry.after(before));
    }

    private void drop(StoredCollection collection) {
        catalog.remove(collection);
        collection.drop();
    }

    private void rename(ChangeEntry entry) {
        StoredCollection collection = collection(entry);
        BsonDocument to = entry.detail().getDocument("to");
        String db = to.getString("db").getValue();
        String name = to.getString("coll").getValue();
        StoredCollection target = catalog.find(db, name);
        if (target != null) {
            drop(target);
        }
        catalog.remove(collection);
        collection.rename(db, name, entry.time());
        catalog.put(collection);
    }

    private static void addIndex(StoredCollection collection, BsonDocument definition) {
        StoredIndex index = new StoredIndex(definition);
        collection
                .documents(Version.PENDING - 1, null)
                .forEach(document -> index.replace(collection, collection.key(document.get("_id")), null, document));
        collection.indexes().add(index);
    }
}
