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
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bson.BsonDocument;

/** Writes a job's entries inside a transaction. What is there stays, but for a root that has grown. */
final class EntryWriter {
    private final Place manifests;
    private final Place roots;
    private final Place receipts;
    private final MongoCollection<BsonDocument> progress;
    private final MetadataOptions options;

    /** Of two documents of one key, the one that is to be there. */
    private interface Choice {
        BsonDocument of(BsonDocument there, BsonDocument given) throws DoubleSealException;
    }

    private record Place(MongoCollection<BsonDocument> collection, Choice choice) {}

    EntryWriter(MongoDatabase database, MetadataOptions options) {
        this.manifests = new Place(
                database.getCollection(Schema.MANIFESTS, BsonDocument.class), onlyThat(ManifestDocument::describe));
        this.roots = new Place(database.getCollection(Schema.ROOTS, BsonDocument.class), RootDocument::grown);
        this.receipts = new Place(
                database.getCollection(Schema.RECEIPTS, BsonDocument.class), onlyThat(ReceiptDocument::describe));
        this.progress = database.getCollection(Schema.PROGRESS, BsonDocument.class);
        this.options = options;
    }

    private static Choice onlyThat(Function<BsonDocument, String> describe) {
        return (there, given) -> {
            if (!EntryDocument.isSame(there, given)) {
                throw EntryDocument.sealedTwice(describe.apply(given), there, given);
            }
            return there;
        };
    }

    /** @throws DoubleSealException when something else is at the place of one of these */
    void write(ClientSession session, Attempt attempt, long checkpoint, List<MetadataEntry> entries)
            throws IOException {
        EntryDocument.Writer writer = new EntryDocument.Writer(options, attempt, checkpoint);
        Map<Place, List<BsonDocument>> documents = new LinkedHashMap<>();
        for (MetadataEntry entry : entries) {
            documents.computeIfAbsent(placeOf(entry), any -> new ArrayList<>()).add(documentOf(entry, writer));
        }
        for (Map.Entry<Place, List<BsonDocument>> ofPlace : documents.entrySet()) {
            write(session, ofPlace.getKey(), ofPlace.getValue());
        }
    }

    private Place placeOf(MetadataEntry entry) {
        return entry instanceof SealedManifest ? manifests : entry instanceof SealedRoot ? roots : receipts;
    }

    private static BsonDocument documentOf(MetadataEntry entry, EntryDocument.Writer writer) throws IOException {
        if (entry instanceof SealedManifest manifest) {
            return ManifestDocument.of(manifest, writer);
        }
        return entry instanceof SealedRoot root
                ? RootDocument.of(root, writer)
                : ReceiptDocument.of((SinkReceipt) entry, writer);
    }

    private static void write(ClientSession session, Place place, List<BsonDocument> documents)
            throws DoubleSealException {
        Map<BsonDocument, BsonDocument> missing = new LinkedHashMap<>();
        for (BsonDocument document : documents) {
            BsonDocument other = missing.get(document.getDocument("_id"));
            missing.put(
                    document.getDocument("_id"),
                    other == null ? document : place.choice().of(other, document));
        }
        List<BsonDocument> grown = new ArrayList<>();
        for (BsonDocument there : place.collection().find(session, Filters.in("_id", missing.keySet()))) {
            BsonDocument chosen = place.choice().of(there, missing.remove(there.getDocument("_id")));
            if (!EntryDocument.isSame(chosen, there)) {
                grown.add(chosen);
            }
        }
        if (!missing.isEmpty()) {
            place.collection().insertMany(session, new ArrayList<>(missing.values()));
        }
        if (!grown.isEmpty()) {
            put(session, place.collection(), grown);
        }
    }

    /** Puts documents in the place of those that are there. */
    void write(ClientSession session, List<BsonDocument> ofProgress) {
        put(session, progress, ofProgress);
    }

    private static void put(
            ClientSession session, MongoCollection<BsonDocument> collection, List<BsonDocument> documents) {
        collection.bulkWrite(
                session,
                documents.stream()
                        .map(document -> new ReplaceOneModel<>(
                                Filters.eq("_id", document.getDocument("_id")),
                                document,
                                new ReplaceOptions().upsert(true)))
                        .toList());
    }
}
