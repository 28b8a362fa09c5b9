/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.penstock.record.Namespace;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Reads {@code manifests}, {@code roots} and {@code receipts}, by their indexes. */
final class MongoManifests implements Manifests {
    private final MongoCollection<BsonDocument> manifests;
    private final MongoCollection<BsonDocument> roots;
    private final MongoCollection<BsonDocument> receipts;
    private final String job;

    MongoManifests(MongoDatabase database, MetadataOptions options) {
        this.manifests = database.getCollection(Schema.MANIFESTS, BsonDocument.class);
        this.roots = database.getCollection(Schema.ROOTS, BsonDocument.class);
        this.receipts = database.getCollection(Schema.RECEIPTS, BsonDocument.class);
        this.job = options.job();
    }

    @Override
    public List<SealedManifest> of(int generation, String namespace) throws IOException {
        return read(() -> manifests
                .find(Filters.and(
                        Filters.eq(EntryDocument.JOB, job),
                        Filters.eq(EntryDocument.GENERATION, generation),
                        Filters.eq(EntryDocument.NAMESPACE, namespace)))
                .sort(Sorts.ascending(EntryDocument.WINDOW))
                .map(ManifestDocument::read)
                .into(new ArrayList<>()));
    }

    @Override
    public List<SealedManifest> all() throws IOException {
        return read(() -> manifests
                .find(Filters.eq(EntryDocument.JOB, job))
                .sort(Sorts.ascending(EntryDocument.GENERATION, EntryDocument.NAMESPACE, EntryDocument.WINDOW))
                .map(ManifestDocument::read)
                .into(new ArrayList<>()));
    }

    @Override
    public List<SealedRoot> roots() throws IOException {
        return read(() -> roots.find(Filters.eq(EntryDocument.JOB, job))
                .sort(Sorts.ascending(EntryDocument.GENERATION, EntryDocument.WINDOW))
                .map(RootDocument::read)
                .into(new ArrayList<>()));
    }

    @Override
    public List<SinkReceipt> receipts() throws IOException {
        return read(() -> receipts.find(Filters.eq(EntryDocument.JOB, job))
                .sort(Sorts.ascending(
                        EntryDocument.GENERATION, EntryDocument.NAMESPACE, EntryDocument.WINDOW, EntryDocument.SINK))
                .map(ReceiptDocument::read)
                .into(new ArrayList<>()));
    }

    @Override
    public int greatestGeneration() throws IOException {
        BsonDocument greatest = read(() -> manifests
                .find(Filters.eq(EntryDocument.JOB, job))
                .sort(Sorts.descending(EntryDocument.GENERATION))
                .projection(Projections.include(EntryDocument.GENERATION))
                .first());
        return greatest == null ? 0 : EntryDocument.generation(greatest);
    }

    @Override
    public List<Range> behind(long window) throws IOException {
        BsonDocument chain = new BsonDocument(EntryDocument.GENERATION, new BsonString("$" + EntryDocument.GENERATION))
                .append(EntryDocument.NAMESPACE, new BsonString("$" + EntryDocument.NAMESPACE));
        List<Range> ranges = read(() -> manifests
                .aggregate(List.of(
                        Aggregates.match(Filters.and(
                                Filters.eq(EntryDocument.JOB, job), Filters.gt(EntryDocument.WINDOW, window))),
                        Aggregates.group(
                                chain,
                                Accumulators.min("first", "$" + EntryDocument.WINDOW),
                                Accumulators.max("last", "$" + EntryDocument.WINDOW))))
                .map(MongoManifests::range)
                .into(new ArrayList<>()));
        ranges.sort(Comparator.comparingInt(Range::generation)
                .thenComparing(range -> range.namespace().toString()));
        return ranges;
    }

    private static Range range(BsonDocument group) {
        BsonDocument chain = group.getDocument("_id");
        return new Range(
                EntryDocument.generation(chain),
                Namespace.parse(EntryDocument.string(chain, EntryDocument.NAMESPACE)),
                group.getNumber("first").longValue(),
                group.getNumber("last").longValue());
    }

    private static <T> T read(Supplier<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (MongoException e) {
            throw StoreErrors.of(e, "read manifests");
        }
    }
}
