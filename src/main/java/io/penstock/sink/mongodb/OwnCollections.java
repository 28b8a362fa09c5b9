/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.penstock.sink.staged.Stage;
import java.util.HexFormat;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;

/**
 * The collections that a sink keeps for itself in the target, and its own database for them. Everything is written with majority write concern: a
 * checkpoint counts on what is staged, also behind an election.
 */
final class OwnCollections {
    private static final int REMOVED_AT_ONCE = 10_000;

    private final MongoClient client;
    private final MongoDatabase database;

    OwnCollections(MongoClient client, String database) {
        this.client = client;
        this.database = client.getDatabase(database).withWriteConcern(WriteConcern.MAJORITY);
    }

    /** One document a stage; there as long as any of its rows may be. */
    MongoCollection<BsonDocument> stages() {
        return database.getCollection("stages", BsonDocument.class);
    }

    /** One document a staged change. */
    MongoCollection<RawBsonDocument> staged() {
        return database.getCollection("staged", RawBsonDocument.class);
    }

    /** The last applied stage of each writer. */
    MongoCollection<BsonDocument> applied() {
        return database.getCollection("applied", BsonDocument.class);
    }

    /** Deleted documents, by target and key. */
    MongoCollection<BsonDocument> tombstones() {
        return database.getCollection("tombstones", BsonDocument.class);
    }

    /** A target by its full name. */
    MongoCollection<RawBsonDocument> target(String fullName) {
        int dot = fullName.indexOf('.');
        return client.getDatabase(fullName.substring(0, dot))
                .withWriteConcern(WriteConcern.MAJORITY)
                .getCollection(fullName.substring(dot + 1), RawBsonDocument.class);
    }

    /** What the {@code _id}s of a stage's rows begin with. */
    static String id(Stage.Name stage) {
        return HexFormat.of().toHexDigits(stage.id());
    }

    /** All rows of a stage: theirs are its id, a slash, and a number in hex digits. */
    static Bson rowsOf(String stage) {
        return and(gte("_id", stage + "/"), lt("_id", stage + "0"));
    }

    /** Rows first: what has an entry still is found again. So many at once that one answer does not take long. */
    void remove(String stage) {
        RawBsonDocument next;
        do {
            next = staged().find(rowsOf(stage))
                    .projection(Projections.include("_id"))
                    .sort(Sorts.ascending("_id"))
                    .skip(REMOVED_AT_ONCE)
                    .first();
            staged().deleteMany(next == null ? rowsOf(stage) : and(rowsOf(stage), lt("_id", next.get("_id"))));
        } while (next != null);
        stages().deleteOne(Filters.eq("_id", stage));
    }
}
