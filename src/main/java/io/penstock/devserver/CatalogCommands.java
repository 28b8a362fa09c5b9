/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import io.penstock.devserver.query.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;

/** Commands about collections and indexes as such. */
final class CatalogCommands {
    private static final List<String> OPTIONS = List.of(
            "capped",
            "size",
            "max",
            "collation",
            "changeStreamPreAndPostImages",
            "viewOn",
            "pipeline",
            "timeseries",
            "validator",
            "validationLevel",
            "validationAction",
            "clusteredIndex",
            "expireAfterSeconds");

    private final Store store;
    private final Cursors cursors;

    CatalogCommands(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
    }

    BsonDocument create(Request request) {
        BsonDocument options = new BsonDocument();
        for (String option : OPTIONS) {
            if (request.body().containsKey(option)) {
                options.put(option, request.body().get(option));
            }
        }
        Collation.of(Docs.doc(options, "collation"));
        return store.write(writer -> {
            if (store.catalog().find(request.db(), request.collection()) != null) {
                throw new ServerError(48, "NamespaceExists", "Collection " + request.namespace() + " already exists.");
            }
            writer.create(request.db(), request.collection(), options);
        });
    }

    BsonDocument drop(Request request) {
        StoredCollection collection = store.catalog().find(request.db(), request.collection());
        if (collection == null) {
            if (!store.version().atLeast(ServerVersion.V7_0)) {
                throw new ServerError(26, "NamespaceNotFound", "ns not found");
            }
            return Docs.ok();
        }
        store.write(writer -> writer.drop(collection));
        return Docs.ok(
                new BsonDocument("nIndexesWas", Docs.num(collection.indexes().size() + 1))
                        .append("ns", Docs.str(request.namespace())));
    }

    BsonDocument dropDatabase(Request request) {
        if (store.catalog().of(request.db()).isEmpty()) {
            return Docs.ok();
        }
        store.write(writer -> writer.dropDatabase(request.db()));
        return Docs.ok(new BsonDocument("dropped", Docs.str(request.db())));
    }

    BsonDocument rename(Request request) {
        String[] from = split(Docs.text(request.body(), "renameCollection"));
        String[] to = split(Docs.text(request.body(), "to"));
        return store.write(writer -> {
            StoredCollection collection = store.catalog().require(from[0], from[1]);
            if (store.catalog().find(to[0], to[1]) != null && !Docs.truth(request.body(), "dropTarget")) {
                throw new ServerError(48, "NamespaceExists", "target namespace exists");
            }
            writer.rename(collection, to[0], to[1]);
        });
    }

    private static String[] split(String namespace) {
        return namespace.split("\\.", 2);
    }

    /** A capped copy takes the collection's place; the log has the renaming onto it only. */
    BsonDocument convertToCapped(Request request) {
        return store.write(writer -> {
            StoredCollection collection = store.catalog().require(request.db(), request.collection());
            BsonDocument options = collection.options().clone();
            options.append("capped", Docs.bool(true))
                    .append("size", request.body().get("size"));
            StoredCollection copy = writer.create(
                    request.db(),
                    "tmp" + collection.uuid().toString().substring(0, 5) + ".convertToCapped." + collection.name(),
                    options);
            collection.documents(writer.readTime(), null).forEach(document -> writer.insert(copy, document));
            writer.rename(copy, collection.db(), collection.name());
        });
    }

    BsonDocument collMod(Request request) {
        return store.write(writer -> {
            StoredCollection collection = store.catalog().require(request.db(), request.collection());
            BsonDocument options = collection.options().clone();
            for (String option : OPTIONS) {
                if (request.body().containsKey(option)) {
                    options.put(option, request.body().get(option));
                }
            }
            collection.modify(options);
            writer.note(store.nextTime(), Kind.MODIFY, collection, options);
        });
    }

    BsonDocument listCollections(Request request) {
        List<BsonDocument> all = new ArrayList<>();
        for (StoredCollection collection : store.catalog().of(request.db())) {
            all.add(describe(collection));
            if (collection.isTimeSeries()) {
                all.add(buckets(collection));
            }
        }
        var filter = Filter.of(Docs.docOrEmpty(request.body(), "filter"));
        return cursors.open(
                request,
                request.db() + ".$cmd.listCollections",
                all.stream().filter(filter).toList());
    }

    private static BsonDocument describe(StoredCollection collection) {
        BsonDocument options = collection.options();
        String type = options.containsKey("viewOn")
                ? "view"
                : options.containsKey("timeseries") ? "timeseries" : "collection";
        BsonDocument info = new BsonDocument("readOnly", Docs.bool(type.equals("view")));
        if (!type.equals("view")) {
            info.append("uuid", new BsonBinary(collection.uuid()));
        }
        BsonDocument description = new BsonDocument("name", Docs.str(collection.name()))
                .append("type", Docs.str(type))
                .append("options", options)
                .append("info", info);
        if (type.equals("collection")) {
            BsonDocument index = new BsonDocument("v", Docs.num(2))
                    .append("key", new BsonDocument("_id", Docs.num(1)))
                    .append("name", Docs.str("_id_"));
            description.append("idIndex", index);
        }
        return description;
    }

    /** What the server lists beside a time-series: the collection that really holds it. */
    private static BsonDocument buckets(StoredCollection of) {
        return new BsonDocument("name", Docs.str("system.buckets." + of.name()))
                .append("type", Docs.str("collection"))
                .append("options", new BsonDocument())
                .append(
                        "info",
                        new BsonDocument("readOnly", Docs.bool(false)).append("uuid", new BsonBinary(of.uuid())));
    }

    BsonDocument listDatabases(Request request) {
        BsonArray databases = new BsonArray();
        long total = 0;
        for (Map.Entry<String, Long> size : sizes().entrySet()) {
            BsonDocument database = new BsonDocument("name", Docs.str(size.getKey()))
                    .append("sizeOnDisk", Docs.num(size.getValue()))
                    .append("empty", Docs.bool(false));
            if (Filter.of(Docs.docOrEmpty(request.body(), "filter")).test(database)) {
                databases.add(database);
                total += size.getValue();
            }
        }
        return Docs.ok(new BsonDocument("databases", databases).append("totalSize", Docs.num(total)));
    }

    private Map<String, Long> sizes() {
        Map<String, Long> sizes = new java.util.TreeMap<>();
        store.catalog().all().forEach(collection -> sizes.merge(collection.db(), collection.bytes(), Long::sum));
        return sizes;
    }
}
