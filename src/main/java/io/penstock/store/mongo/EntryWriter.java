/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import io.penstock.store.Attempt;
import io.penstock.store.DoubleSealException;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;

/** Writes a job's entries inside a transaction. */
final class EntryWriter {
    private final MongoCollection<BsonDocument> manifests;
    private final MongoCollection<BsonDocument> progress;
    private final MetadataOptions options;

    EntryWriter(MongoDatabase database, MetadataOptions options) {
        this.manifests = database.getCollection(Schema.MANIFESTS, BsonDocument.class);
        this.progress = database.getCollection(Schema.PROGRESS, BsonDocument.class);
        this.options = options;
    }

    /** @throws DoubleSealException when another manifest is at the place of one of these */
    void write(ClientSession session, Attempt attempt, long checkpoint, List<MetadataEntry> entries)
            throws IOException {
        Map<BsonDocument, BsonDocument> sealed = new HashMap<>();
        for (MetadataEntry entry : entries) {
            BsonDocument document = ManifestDocument.of((SealedManifest) entry, options, attempt, checkpoint);
            BsonDocument other = sealed.putIfAbsent(document.getDocument("_id"), document);
            requireSame(other, document);
        }
        if (sealed.isEmpty()) {
            return;
        }
        for (BsonDocument there : manifests.find(session, Filters.in("_id", sealed.keySet()))) {
            requireSame(there, sealed.remove(there.getDocument("_id")));
        }
        if (!sealed.isEmpty()) {
            manifests.insertMany(session, new ArrayList<>(sealed.values()));
        }
    }

    /** Puts documents in the place of those that are there. */
    void write(ClientSession session, List<BsonDocument> ofProgress) {
        progress.bulkWrite(
                session,
                ofProgress.stream()
                        .map(document -> new ReplaceOneModel<>(
                                Filters.eq("_id", document.getDocument("_id")),
                                document,
                                new ReplaceOptions().upsert(true)))
                        .toList());
    }

    private static void requireSame(BsonDocument there, BsonDocument given) throws DoubleSealException {
        if (there != null && !ManifestDocument.hash(there).equals(ManifestDocument.hash(given))) {
            throw new DoubleSealException(
                    ManifestDocument.describe(given), ManifestDocument.hash(there), ManifestDocument.hash(given));
        }
    }
}
