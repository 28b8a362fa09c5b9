/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageApplier;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * Reads staged changes back and writes them into their collections, a bounded batch at a time. A step is not atomic here: transactions would have
 * to be as long as a checkpoint is large. Each write is guarded instead, so a step that died half-way is simply done again.
 */
final class MongoApplier implements StageApplier {
    private static final int BATCH_CHANGES = 1000;
    private static final long BATCH_BYTES = 8 << 20;

    private final MongoClient client;
    private final OwnCollections own;
    private final GuardedWrites writes;
    private final String sink;

    MongoApplier(MongoClient client, OwnCollections own, String sink, String field) {
        this.client = client;
        this.own = own;
        this.sink = sink;
        this.writes = new GuardedWrites(own, field);
    }

    @Override
    public void inOneStep(List<Stage> stages, Step step) throws IOException {
        try {
            step.run();
        } catch (MongoException e) {
            throw MongoFailure.cannot("commit changes of sink " + sink, e);
        }
    }

    @Override
    public long lastApplied(UUID writer) {
        BsonDocument found =
                own.applied().find(Filters.eq("_id", writer.toString())).first();
        return found == null ? 0 : found.getInt64("number").getValue();
    }

    @Override
    public Content content(Stage stage) {
        long rows = 0;
        long digest = 0;
        try (MongoCursor<RawBsonDocument> cursor = own.staged()
                .find(OwnCollections.rowsOf(OwnCollections.id(stage.name())))
                .projection(Projections.include("check"))
                .cursor()) {
            while (cursor.hasNext()) {
                rows++;
                digest += cursor.next().getInt64("check").getValue();
            }
        }
        return new Content(rows, digest);
    }

    /** Within a batch the newest change of each key; from batch to batch the guards see to it. */
    @Override
    public List<Refusal> apply(List<Stage> stages) throws IOException {
        for (Stage stage : stages) {
            Map<String, StagedDocument> batch = new LinkedHashMap<>();
            long bytes = 0;
            try (MongoCursor<RawBsonDocument> cursor = own.staged()
                    .find(OwnCollections.rowsOf(OwnCollections.id(stage.name())))
                    .sort(Sorts.ascending("_id"))
                    .batchSize(BATCH_CHANGES)
                    .cursor()) {
                while (cursor.hasNext()) {
                    RawBsonDocument staged = cursor.next();
                    bytes += staged.getByteBuffer().remaining();
                    StagedDocument change = StagedDocument.decode(staged);
                    batch.merge(
                            change.tombstone(),
                            change,
                            (one, other) -> other.isOlderThan(one.version().text(), one.revision()) ? one : other);
                    if (batch.size() >= BATCH_CHANGES || bytes >= BATCH_BYTES) {
                        writes.write(batch.values());
                        batch.clear();
                        bytes = 0;
                    }
                }
            }
            writes.write(batch.values());
        }
        return List.of();
    }

    @Override
    public void markApplied(Stage stage) {
        own.applied()
                .updateOne(
                        Filters.eq("_id", stage.name().writer().toString()),
                        Updates.combine(
                                Updates.max("number", stage.name().number()), Updates.setOnInsert("sink", sink)),
                        new UpdateOptions().upsert(true));
    }

    @Override
    public void clear(Stage stage) {
        own.remove(OwnCollections.id(stage.name()));
    }

    @Override
    public void close() {
        client.close();
    }
}
