/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Which collections there are, by name. Changed under the store's lock, read by everyone. */
final class Catalog {
    private final Map<String, StoredCollection> collections = new ConcurrentSkipListMap<>();

    /** The collection of a name, or null. */
    StoredCollection find(String db, String name) {
        return collections.get(db + "." + name);
    }

    /** @throws ServerError 26 when there is none */
    StoredCollection require(String db, String name) {
        StoredCollection collection = find(db, name);
        if (collection == null) {
            throw new ServerError(26, "NamespaceNotFound", "Source collection " + db + "." + name + " does not exist");
        }
        return collection;
    }

    void put(StoredCollection collection) {
        collections.put(collection.namespace(), collection);
    }

    void remove(StoredCollection collection) {
        collections.remove(collection.namespace(), collection);
    }

    /** The collections of a database in the order of their names. */
    List<StoredCollection> of(String db) {
        return collections.values().stream()
                .filter(collection -> collection.db().equals(db))
                .toList();
    }

    List<StoredCollection> all() {
        return List.copyOf(collections.values());
    }

    List<String> databases() {
        return collections.values().stream()
                .map(StoredCollection::db)
                .distinct()
                .sorted()
                .toList();
    }
}
