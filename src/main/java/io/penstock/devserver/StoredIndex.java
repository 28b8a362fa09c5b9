/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Paths;
import io.penstock.record.BsonOrder;
import java.util.concurrent.ConcurrentSkipListMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** A secondary index: its definition and, when it is unique, the keys in use. Finds do not use it. */
final class StoredIndex {
    private final BsonDocument definition;
    private final ConcurrentSkipListMap<BsonValue, BsonValue> keys = new ConcurrentSkipListMap<>(BsonOrder.ASCENDING);

    StoredIndex(BsonDocument definition) {
        this.definition = definition;
    }

    BsonDocument definition() {
        return definition;
    }

    String name() {
        return definition.getString("name").getValue();
    }

    private boolean isUnique() {
        return Docs.truth(definition, "unique");
    }

    /**
     * Notes the key of a document that takes the place of another (either may be null).
     *
     * @throws ServerError 11000 when another document has the key
     */
    void replace(StoredCollection of, BsonValue id, RawBsonDocument before, RawBsonDocument after) {
        if (!isUnique()) {
            return;
        }
        BsonValue old = before == null ? null : key(before);
        BsonValue now = after == null ? null : key(after);
        BsonValue owner = now == null ? null : keys.get(now);
        if (owner != null && BsonOrder.ASCENDING.compare(owner, id) != 0) {
            throw duplicate(of, name(), now);
        }
        if (old != null) {
            keys.remove(old);
        }
        if (now != null) {
            keys.put(now, id);
        }
    }

    /** The document's key, or null when the index leaves it out. */
    private BsonValue key(RawBsonDocument document) {
        BsonArray key = new BsonArray();
        boolean present = false;
        for (String path : definition.getDocument("key").keySet()) {
            BsonValue value = Paths.get(document, path);
            present |= value != null;
            key.add(value == null ? BsonNull.VALUE : value);
        }
        boolean partial = definition.containsKey("partialFilterExpression");
        return partial || (Docs.truth(definition, "sparse") && !present) ? null : key;
    }

    static ServerError duplicate(StoredCollection of, String index, BsonValue key) {
        return new ServerError(
                11000,
                "DuplicateKey",
                "E11000 duplicate key error collection: " + of.namespace() + " index: " + index + " dup key: "
                        + new BsonDocument("key", key).toJson());
    }
}
