/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/** Reads {@code manifests}, by its index. */
final class MongoManifests implements Manifests {
    private final MongoCollection<BsonDocument> manifests;
    private final String job;

    MongoManifests(MongoDatabase database, MetadataOptions options) {
        this.manifests = database.getCollection(Schema.MANIFESTS, BsonDocument.class);
        this.job = options.job();
    }

    @Override
    public List<SealedManifest> of(int generation, String namespace) throws IOException {
        try {
            return manifests
                    .find(Filters.and(
                            Filters.eq("job", job),
                            Filters.eq(ManifestDocument.GENERATION, generation),
                            Filters.eq(ManifestDocument.NAMESPACE, namespace)))
                    .sort(Sorts.ascending(ManifestDocument.WINDOW))
                    .map(ManifestDocument::read)
                    .into(new ArrayList<>());
        } catch (MongoException e) {
            throw StoreErrors.of(e, "read manifests");
        }
    }

    @Override
    public int greatestGeneration() throws IOException {
        try {
            BsonDocument greatest = manifests
                    .find(Filters.eq("job", job))
                    .sort(Sorts.descending(ManifestDocument.GENERATION))
                    .projection(Projections.include(ManifestDocument.GENERATION))
                    .first();
            return greatest == null
                    ? 0
                    : greatest.getNumber(ManifestDocument.GENERATION).intValue();
        } catch (MongoException e) {
            throw StoreErrors.of(e, "read manifests");
        }
    }
}
