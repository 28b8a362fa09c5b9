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
import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageApplier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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

    /** The most that refused changes of one checkpoint may take in memory. */
    private static final long MOST_REFUSED_BYTES = 128L << 20;

    /** What one takes there besides its document, about. */
    private static final long OVERHEAD = 1024;

    private final MongoClient client;
    private final OwnCollections own;
    private final GuardedWrites writes;
    private final String sink;
    private final String field;
    private long refusedBytes;

    MongoApplier(MongoClient client, OwnCollections own, String sink, String field) {
        this.client = client;
        this.own = own;
        this.sink = sink;
        this.field = field;
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

    /**
     * Within a batch the newest change of each key; from batch to batch the guards see to it. What is refused is tried once more at the end: what stood
     * in its way may be gone by then, or a newer change of the document in its place.
     */
    @Override
    public List<Refusal> apply(List<Stage> stages) throws IOException {
        refusedBytes = 0;
        Map<String, StagedDocument> refused = new LinkedHashMap<>();
        for (Stage stage : stages) {
            apply(stage, refused);
        }
        List<Refusal> refusals = new ArrayList<>();
        for (RefusedWrite each : writes.withoutOlder(writes.write(refused.values()))) {
            refusals.add(refusal(each));
        }
        return refusals;
    }

    private void apply(Stage stage, Map<String, StagedDocument> refused) throws IOException {
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
                addNewest(StagedDocument.decode(staged), batch);
                if (batch.size() >= BATCH_CHANGES || bytes >= BATCH_BYTES) {
                    write(batch.values(), refused);
                    batch.clear();
                    bytes = 0;
                }
            }
        }
        write(batch.values(), refused);
    }

    private void write(Collection<StagedDocument> batch, Map<String, StagedDocument> refused) throws IOException {
        for (RefusedWrite each : writes.write(batch)) {
            addNewest(each.document(), refused);
            refusedBytes += each.document().bytes() + OVERHEAD;
            if (refusedBytes > MOST_REFUSED_BYTES) {
                throw new MongoFailure("the target refuses more than " + (MOST_REFUSED_BYTES >> 20)
                        + " MB of one checkpoint's changes, which is no matter of single ones. Such as: "
                        + each.describe());
            }
        }
    }

    private static void addNewest(StagedDocument change, Map<String, StagedDocument> batch) {
        batch.merge(
                change.tombstone(),
                change,
                (one, other) -> other.isOlderThan(one.version().text(), one.revision()) ? one : other);
    }

    private Refusal refusal(RefusedWrite refused) throws IOException {
        ChangeRecord change = refused.document().exported(field);
        if (change == null) {
            throw new MongoFailure("sink " + sink + " cannot take " + refused.describe()
                    + ". It was staged by an earlier release, and cannot become a dead letter: mend the target");
        }
        return refused.of(change);
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
