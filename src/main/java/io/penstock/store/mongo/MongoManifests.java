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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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
    public List<SealedManifest> of(int generation, String namespace, long first, long last) throws IOException {
        return call(() -> manifests
                .find(Filters.and(
                        Filters.eq(EntryDocument.JOB, job),
                        Filters.eq(EntryDocument.GENERATION, generation),
                        Filters.eq(EntryDocument.NAMESPACE, namespace),
                        Filters.gte(EntryDocument.WINDOW, first),
                        Filters.lte(EntryDocument.WINDOW, last)))
                .sort(Sorts.ascending(EntryDocument.WINDOW))
                .map(ManifestDocument::read)
                .into(new ArrayList<>()));
    }

    @Override
    public void read(Consumer<SealedManifest> reader) throws IOException {
        read(
                manifests,
                ManifestDocument::read,
                reader,
                EntryDocument.GENERATION,
                EntryDocument.NAMESPACE,
                EntryDocument.WINDOW);
    }

    @Override
    public void readRoots(Consumer<SealedRoot> reader) throws IOException {
        read(roots, RootDocument::read, reader, EntryDocument.GENERATION, EntryDocument.WINDOW);
    }

    @Override
    public Optional<SealedRoot> lastRoot() throws IOException {
        return call(() -> Optional.ofNullable(roots.find(Filters.eq(EntryDocument.JOB, job))
                        .sort(Sorts.descending(EntryDocument.GENERATION, EntryDocument.WINDOW))
                        .first())
                .map(RootDocument::read));
    }

    @Override
    public void readReceipts(Consumer<SinkReceipt> reader) throws IOException {
        read(
                receipts,
                ReceiptDocument::read,
                reader,
                EntryDocument.GENERATION,
                EntryDocument.NAMESPACE,
                EntryDocument.WINDOW,
                EntryDocument.SINK);
    }

    /** @param order with the job, the fields of the index */
    private <T> void read(
            MongoCollection<BsonDocument> collection,
            Function<BsonDocument, T> form,
            Consumer<T> reader,
            String... order)
            throws IOException {
        call(() -> {
            collection
                    .find(Filters.eq(EntryDocument.JOB, job))
                    .sort(Sorts.ascending(order))
                    .map(form::apply)
                    .forEach(reader);
            return null;
        });
    }

    @Override
    public int greatestGeneration() throws IOException {
        BsonDocument greatest = call(() -> manifests
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
        List<Range> ranges = call(() -> manifests
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

    private static <T> T call(Supplier<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (MongoException e) {
            throw StoreErrors.of(e, "read manifests");
        }
    }
}
