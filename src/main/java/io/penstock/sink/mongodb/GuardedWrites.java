/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;

/**
 * Writes changes so that an older one never wins: each write's filter asks for an older (version, revision). Where the target has a newer one
 * the filter finds nothing, the upsert tries to insert, and the unique index on {@code _id} refuses it: that is the expected answer, and no error.
 *
 * <p>A document that has no version was written by somebody else, and is overwritten as an older one.
 *
 * <p>A delete leaves its tombstone first, and then takes the document away; a change looks for a tombstone first. Repeated in any
 * part, the end is the same.
 */
final class GuardedWrites {
    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final int DUPLICATE_KEY = 11000;

    private final OwnCollections own;
    private final String field;

    /** @param field the sink's sub-document in a target's documents */
    GuardedWrites(OwnCollections own, String field) {
        this.own = own;
        this.field = field;
    }

    /** Writes changes, at most one of each key. */
    void write(Collection<StagedDocument> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Map<String, BsonDocument> tombstones = tombstones(changes);
        List<WriteModel<BsonDocument>> buried = new ArrayList<>();
        List<WriteModel<BsonDocument>> risen = new ArrayList<>();
        Map<String, List<WriteModel<RawBsonDocument>>> targets = new TreeMap<>();
        for (StagedDocument change : changes) {
            BsonDocument tombstone = tombstones.get(change.tombstone());
            if (tombstone != null
                    && change.isOlderThan(
                            tombstone.getString("version").getValue(),
                            tombstone.getInt32("revision").getValue())) {
                continue;
            }
            Bson older = and(eq("_id", change.id()), or(older(change, field + "."), exists(field + ".version", false)));
            WriteModel<RawBsonDocument> write;
            if (change.isDelete()) {
                buried.add(bury(change));
                write = new DeleteOneModel<>(older);
            } else {
                write = upsert(change, older);
                if (tombstone != null) {
                    risen.add(new DeleteOneModel<>(and(
                            eq("_id", change.tombstone()),
                            eq("version", tombstone.get("version")),
                            eq("revision", tombstone.get("revision")))));
                }
            }
            targets.computeIfAbsent(change.target(), any -> new ArrayList<>()).add(write);
        }
        bulk(own.tombstones(), buried);
        targets.forEach((target, writes) -> bulk(own.target(target), writes));
        bulk(own.tombstones(), risen);
    }

    private Map<String, BsonDocument> tombstones(Collection<StagedDocument> changes) {
        Map<String, BsonDocument> found = new HashMap<>();
        List<String> ids = changes.stream().map(StagedDocument::tombstone).toList();
        own.tombstones()
                .find(in("_id", ids))
                .forEach(each -> found.put(each.getString("_id").getValue(), each));
        return found;
    }

    private static Bson older(StagedDocument change, String prefix) {
        String version = change.version().text();
        return or(
                lt(prefix + "version", version),
                and(eq(prefix + "version", version), lt(prefix + "revision", change.revision())));
    }

    private static WriteModel<BsonDocument> bury(StagedDocument change) {
        return new ReplaceOneModel<>(
                and(eq("_id", change.tombstone()), older(change, "")),
                new BsonDocument("_id", new BsonString(change.tombstone()))
                        .append("version", new BsonString(change.version().text()))
                        .append("revision", new BsonInt32(change.revision())),
                new ReplaceOptions().upsert(true));
    }

    /** A replacement; as a pipeline when names begin with a dollar sign, which the server allows in a document and not in a replacement. */
    private static WriteModel<RawBsonDocument> upsert(StagedDocument change, Bson older) {
        if (change.hasDollarNames()) {
            Bson stage = new BsonDocument("$replaceWith", new BsonDocument("$literal", change.document()));
            return new UpdateOneModel<>(older, List.of(stage), new UpdateOptions().upsert(true));
        }
        return new ReplaceOneModel<>(older, change.document(), new ReplaceOptions().upsert(true));
    }

    private static <T> void bulk(MongoCollection<T> collection, List<WriteModel<T>> writes) {
        if (writes.isEmpty()) {
            return;
        }
        try {
            collection.bulkWrite(writes, UNORDERED);
        } catch (MongoBulkWriteException e) {
            if (e.getWriteConcernError() != null
                    || !e.getWriteErrors().stream().allMatch(GuardedWrites::isNewerThere)) {
                throw e;
            }
        }
    }

    /** Of the index on {@code _id}: another unique index's is an error like any other. */
    private static boolean isNewerThere(BulkWriteError error) {
        return error.getCode() == DUPLICATE_KEY && error.getMessage().contains("index: _id_");
    }
}
