/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import io.penstock.store.LastKnown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * Reads from {@code progress} and {@code manifests} how far a job came.
 *
 * <p><b>Which manifests count.</b> A checkpoint completes behind the commits of the one before it in the same life, so what a checkpoint covers
 * is at all targets when a later one of its life is known. Of the life that told last those are before the checkpoint that it told of; of
 * earlier lives, which may have ended without a successor that began where they ended, those before the last that is found of each. That holds
 * in any generation: what was exported once is not taken back.
 */
final class LastKnownReader {
    private static final String EPOCH = "epoch";
    private static final String TOKEN = "token";
    private static final String CHECKPOINT = "checkpoint";

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
        long token = number(stream, TOKEN);
        long checkpoint = number(stream, CHECKPOINT);
        int generation = last(manifests, Filters.eq(EntryDocument.JOB, job), EntryDocument.GENERATION)
                .map(found -> (int) number(found, EntryDocument.GENERATION))
                .orElse(0);
        return new LastKnown(
                token,
                checkpoint,
                stream.getTimestamp("clusterTime").getValue(),
                epoch(generation),
                generation,
                committed(generation, token, checkpoint)
                        .map(found -> ManifestDocument.read(found).json()));
    }

    /** Of the ranges that were told of, and of the last manifest of each collection. */
    private int epoch(int generation) throws IOException {
        int epoch = last(progress, Filters.and(Filters.eq(EntryDocument.JOB, job), Filters.exists(EPOCH)), EPOCH)
                .map(range -> (int) number(range, EPOCH))
                .orElse(1);
        for (String namespace : namespaces(generation)) {
            BsonDocument found = newestFirst(generation, namespace).first();
            epoch = Math.max(epoch, found == null ? 0 : ManifestDocument.epoch(found));
        }
        return epoch;
    }

    private Optional<BsonDocument> committed(int greatestGeneration, long token, long checkpoint) {
        List<BsonDocument> found = new ArrayList<>();
        for (int generation = greatestGeneration; generation > 0 && found.isEmpty(); generation--) {
            for (String namespace : namespaces(generation)) {
                committed(newestFirst(generation, namespace), token, checkpoint).ifPresent(found::add);
            }
        }
        return found.stream().max(Comparator.comparingLong(manifest -> number(manifest, EntryDocument.WINDOW)));
    }

    private static Optional<BsonDocument> committed(
            Iterable<BsonDocument> newestFirst, long lastToken, long lastCheckpoint) {
        long token = lastToken;
        long checkpoint = lastCheckpoint;
        for (BsonDocument manifest : newestFirst) {
            if (number(manifest, TOKEN) < token) {
                token = number(manifest, TOKEN);
                checkpoint = number(manifest, CHECKPOINT);
            } else if (number(manifest, TOKEN) == token && number(manifest, CHECKPOINT) < checkpoint) {
                return Optional.of(manifest);
            }
        }
        return Optional.empty();
    }

    private List<String> namespaces(int generation) {
        return manifests
                .distinct(EntryDocument.NAMESPACE, of(generation), String.class)
                .into(new ArrayList<>());
    }

    /** By the index {@code chain}. */
    private FindIterable<BsonDocument> newestFirst(int generation, String namespace) {
        return manifests
                .find(Filters.and(of(generation), Filters.eq(EntryDocument.NAMESPACE, namespace)))
                .sort(Sorts.descending(EntryDocument.WINDOW));
    }

    private Bson of(int generation) {
        return Filters.and(Filters.eq(EntryDocument.JOB, job), Filters.eq(EntryDocument.GENERATION, generation));
    }

    private static Optional<BsonDocument> last(MongoCollection<BsonDocument> in, Bson filter, String field) {
        return Optional.ofNullable(in.find(filter).sort(Sorts.descending(field)).first());
    }

    private static long number(BsonDocument document, String field) {
        return document.getNumber(field).longValue();
    }
}
