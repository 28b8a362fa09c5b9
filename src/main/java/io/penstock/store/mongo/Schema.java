/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's collections with their validators and indexes: made where they are missing, changed where they are of an earlier release, else only
 * looked at, which takes fewer privileges.
 */
final class Schema {
    static final String JOBS = "jobs";
    static final String MANIFESTS = "manifests";
    static final String ROOTS = "roots";
    static final String RECEIPTS = "receipts";
    static final String PROGRESS = "progress";
    static final String DEAD_LETTERS = "dead_letters";
    static final String DEAD_LETTER_PIECES = "dead_letter_pieces";

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final int NAMESPACE_EXISTS = 48;

    /** What servers of other makes answer: BadValue, FailedToParse, CommandNotFound, InvalidOptions, CommandNotSupported, NotImplemented. */
    private static final Set<Integer> UNKNOWN = Set.of(2, 9, 59, 72, 115, 238);

    private final MongoDatabase database;
    private boolean prepared;

    Schema(MongoDatabase database) {
        this.database = database;
    }

    /** @throws IOException when it cannot be done, with what it takes */
    synchronized void prepare() throws IOException {
        if (prepared) {
            return;
        }
        try {
            Map<String, BsonDocument> there = new HashMap<>();
            database.listCollections(BsonDocument.class)
                    .forEach(each -> there.put(each.getString("name").getValue(), each.getDocument("options")));
            for (SchemaOf each : SchemaOf.ALL) {
                collection(each, there.get(each.collection()));
                indexes(each);
            }
            prepared = true;
        } catch (MongoException e) {
            throw StoreErrors.of(e, "make the collections and indexes");
        }
    }

    private void collection(SchemaOf wanted, BsonDocument options) {
        if (options == null || !wanted.validator().equals(options.get("validator"))) {
            String command = options == null ? "create" : "collMod";
            BsonDocument named = new BsonDocument(command, new BsonString(wanted.collection()));
            try {
                run(named.clone().append("validator", wanted.validator()));
            } catch (MongoCommandException e) {
                if (!UNKNOWN.contains(e.getErrorCode())) {
                    throw e;
                }
                LOG.warn(
                        "The metadata store's server knows no validators, and checks nothing: {}", e.getErrorMessage());
                if (options == null) {
                    run(named);
                }
            }
        }
    }

    /** Another process may be faster. */
    private void run(BsonDocument command) {
        try {
            database.runCommand(command);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != NAMESPACE_EXISTS) {
                throw e;
            }
        }
    }

    private void indexes(SchemaOf wanted) {
        MongoCollection<BsonDocument> collection = database.getCollection(wanted.collection(), BsonDocument.class);
        Set<String> there = new HashSet<>();
        collection
                .listIndexes(BsonDocument.class)
                .forEach(index -> there.add(index.getString("name").getValue()));
        List<IndexModel> missing = new ArrayList<>();
        wanted.indexes().forEach((name, keys) -> {
            if (!there.contains(name)) {
                missing.add(new IndexModel(keys, new IndexOptions().name(name)));
            }
        });
        if (wanted.expires() && !there.contains(Expiry.FIELD)) {
            missing.add(new IndexModel(
                    new BsonDocument(Expiry.FIELD, new BsonInt32(1)),
                    new IndexOptions().name(Expiry.FIELD).expireAfter(0L, TimeUnit.SECONDS)));
        }
        if (!missing.isEmpty()) {
            collection.createIndexes(missing);
        }
    }
}
