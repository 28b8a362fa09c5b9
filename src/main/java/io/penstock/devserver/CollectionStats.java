/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/** Counts and sizes of a collection, as {@code collStats} and {@code $collStats} tell them. */
final class CollectionStats {
    private CollectionStats() {}

    static BsonDocument of(StoredCollection collection) {
        long count = collection.count();
        return new BsonDocument("ns", Docs.str(collection.namespace()))
                .append("size", integer(collection.bytes()))
                .append("count", integer(count))
                .append("avgObjSize", integer(count == 0 ? 0 : collection.bytes() / count))
                .append("storageSize", integer(collection.bytes()))
                .append("freeStorageSize", integer(0))
                .append("capped", Docs.bool(collection.isCapped()))
                .append("nindexes", Docs.num(collection.indexes().size() + 1))
                .append("totalIndexSize", integer(0))
                .append("totalSize", integer(collection.bytes()))
                .append("scaleFactor", Docs.num(1));
    }

    /** The document that {@code $collStats} gives. */
    static BsonDocument stage(Store store, StoredCollection collection, BsonDocument wanted) {
        BsonDocument shown =
                new BsonDocument("ns", Docs.str(collection.namespace())).append("localTime", Docs.date(store.millis()));
        if (wanted.containsKey("storageStats")) {
            BsonDocument stats = of(collection);
            stats.remove("ns");
            shown.append("storageStats", stats);
        }
        if (wanted.containsKey("count")) {
            shown.append("count", integer(collection.count()));
        }
        return shown;
    }

    private static BsonValue integer(long value) {
        return value == (int) value ? Docs.num((int) value) : new BsonInt64(value);
    }
}
