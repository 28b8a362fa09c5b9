/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import io.penstock.store.LastKnown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/** Reads from {@code progress} and {@code manifests} how far a job came. */
final class LastKnownReader {
    private static final String EPOCH = "epoch";

    private final MongoCollection<BsonDocument> progress;
    private final MongoCollection<BsonDocument> manifests;
    private final String job;

    LastKnownReader(MongoDatabase database, String job) {
        this.progress = database.getCollection(Schema.PROGRESS, BsonDocument.class);
        this.manifests = database.getCollection(Schema.MANIFESTS, BsonDocument.class);
        this.job = job;
    }

    /** Empty when nothing was told of the stream. */
    Optional<LastKnown> read() throws IOException {
        try {
            BsonDocument stream = progress.find(Filters.and(
                            Filters.eq(EntryDocument.JOB, job), Filters.eq("split", ProgressDocuments.STREAM)))
                    .first();
            return stream == null ? Optional.empty() : Optional.of(read(stream));
        } catch (MongoException e) {
            throw StoreErrors.of(e, "read how far the job came");
        }
    }

    private LastKnown read(BsonDocument stream) throws IOException {
        long token = stream.getNumber("token").longValue();
        long checkpoint = stream.getNumber("checkpoint").longValue();
        Optional<BsonDocument> last = last(manifests, Filters.eq(EntryDocument.JOB, job), EntryDocument.GENERATION);
        int generation = last.map(
                        found -> found.getNumber(EntryDocument.GENERATION).intValue())
                .orElse(0);
        Bson ofGeneration =
                Filters.and(Filters.eq(EntryDocument.JOB, job), Filters.eq(EntryDocument.GENERATION, generation));
        Bson earlier = Filters.or(
                Filters.lt("token", token),
                Filters.and(Filters.eq("token", token), Filters.lt("checkpoint", checkpoint)));
        return new LastKnown(
                token,
                checkpoint,
                stream.getTimestamp("clusterTime").getValue(),
                epoch(ofGeneration),
                generation,
                last(manifests, Filters.and(ofGeneration, earlier), EntryDocument.WINDOW)
                        .map(found -> ManifestDocument.read(found).json()));
    }

    /** Of the ranges that were told of, and of the last manifest of each collection. */
    private int epoch(Bson ofGeneration) throws IOException {
        int epoch = last(progress, Filters.and(Filters.eq(EntryDocument.JOB, job), Filters.exists(EPOCH)), EPOCH)
                .map(range -> range.getNumber(EPOCH).intValue())
                .orElse(1);
        for (String namespace : manifests
                .distinct(EntryDocument.NAMESPACE, ofGeneration, String.class)
                .into(new ArrayList<>())) {
            Optional<BsonDocument> found = last(
                    manifests,
                    Filters.and(ofGeneration, Filters.eq(EntryDocument.NAMESPACE, namespace)),
                    EntryDocument.WINDOW);
            if (found.isPresent()) {
                epoch = Math.max(epoch, ManifestDocument.epoch(found.get()));
            }
        }
        return epoch;
    }

    private static Optional<BsonDocument> last(MongoCollection<BsonDocument> in, Bson filter, String field) {
        return Optional.ofNullable(in.find(filter).sort(Sorts.descending(field)).first());
    }
}
