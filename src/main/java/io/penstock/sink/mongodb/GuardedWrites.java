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
import static com.mongodb.client.model.Filters.nor;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.MongoException;
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
 * <p>A delete leaves its tombstone first, and then takes the document away; a change looks for a tombstone first, and removes it last, when it is
 * in its place. Repeated in any part, the end is the same.
 *
 * <p>A change that the server refuses for itself leaves an older document as it was, and its tombstone: it can be written later as if it came then.
 */
final class GuardedWrites {
    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    private final OwnCollections own;
    private final String field;

    /** @param field the sink's sub-document in a target's documents */
    GuardedWrites(OwnCollections own, String field) {
        this.own = own;
        this.field = field;
    }

    /**
     * Writes changes, at most one of each key.
     *
     * @return what the server refused for itself; of these, {@link #withoutOlder} tells which concern anybody
     * @throws MongoException for anything else: some may be written then, and all can be again
     */
    List<RefusedWrite> write(Collection<StagedDocument> changes) {
        List<RefusedWrite> refused = writeOnce(changes);
        // A unique value may go from one document to another: the one that takes it may have been written before the
        // one that gives it up.
        for (int before = changes.size(); isRoomMade(refused, before); ) {
            before = refused.size();
            refused = writeOnce(refused.stream().map(RefusedWrite::document).toList());
        }
        return refused;
    }

    private static boolean isRoomMade(List<RefusedWrite> refused, int before) {
        return refused.size() < before && refused.stream().anyMatch(write -> BulkErrors.isOfUniqueIndex(write.error()));
    }

    private List<RefusedWrite> writeOnce(Collection<StagedDocument> changes) {
        Map<String, BsonDocument> tombstones = tombstones(changes);
        List<WriteModel<BsonDocument>> buried = new ArrayList<>();
        Map<String, List<StagedDocument>> targets = new TreeMap<>();
        for (StagedDocument change : changes) {
            BsonDocument tombstone = tombstones.get(change.tombstone());
            if (tombstone != null
                    && change.isOlderThan(
                            tombstone.getString("version").getValue(),
                            tombstone.getInt32("revision").getValue())) {
                continue;
            }
            if (change.isDelete()) {
                buried.add(bury(change));
            }
            targets.computeIfAbsent(change.target(), any -> new ArrayList<>()).add(change);
        }
        tombstones(buried);
        List<RefusedWrite> refused = new ArrayList<>();
        targets.forEach((target, written) -> {
            List<WriteModel<RawBsonDocument>> writes =
                    written.stream().map(this::model).toList();
            BulkErrors.refused(() -> own.target(target).bulkWrite(writes, UNORDERED))
                    .forEach(error -> refused.add(new RefusedWrite(written.get(error.getIndex()), error)));
        });
        refused.forEach(write -> tombstones.remove(write.document().tombstone()));
        tombstones(risen(targets.values(), tombstones));
        return refused;
    }

    private WriteModel<RawBsonDocument> model(StagedDocument change) {
        Bson older = and(eq("_id", change.id()), or(older(change, field + "."), exists(field + ".version", false)));
        return change.isDelete() ? new DeleteOneModel<>(older) : upsert(change, older);
    }

    /** Takes the tombstones away of what is in its place again. */
    private static List<WriteModel<BsonDocument>> risen(
            Collection<List<StagedDocument>> written, Map<String, BsonDocument> tombstones) {
        List<WriteModel<BsonDocument>> risen = new ArrayList<>();
        written.forEach(changes -> changes.forEach(change -> {
            BsonDocument tombstone = tombstones.get(change.tombstone());
            if (tombstone != null && !change.isDelete()) {
                risen.add(new DeleteOneModel<>(and(
                        eq("_id", change.tombstone()),
                        eq("version", tombstone.get("version")),
                        eq("revision", tombstone.get("revision")))));
            }
        }));
        return risen;
    }

    /**
     * Leaves out changes that the target has newer ones of: a server may look at the validator and at other indexes first, and at the {@code _id}
     * not at all. One read each.
     */
    List<RefusedWrite> withoutOlder(List<RefusedWrite> refused) {
        return refused.stream()
                .filter(write -> {
                    StagedDocument change = write.document();
                    return own.target(change.target())
                                    .find(and(
                                            eq("_id", change.id()),
                                            exists(field + ".version"),
                                            nor(older(change, field + "."))))
                                    .projection(include("_id"))
                                    .first()
                            == null;
                })
                .toList();
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

    /** @throws IllegalStateException when something is refused: the sink's own collections have no rules */
    private void tombstones(List<WriteModel<BsonDocument>> writes) {
        if (!writes.isEmpty()) {
            BulkErrors.refused(() -> own.tombstones().bulkWrite(writes, UNORDERED))
                    .forEach(error -> {
                        throw new IllegalStateException(
                                "the sink's collection " + own.tombstones().getNamespace()
                                        + " has rules of its own, and must have none: " + error.getMessage());
                    });
        }
    }
}
