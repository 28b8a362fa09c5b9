/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import io.penstock.bench.BenchServer;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.mongodb.MongoTarget;
import io.penstock.sink.mongodb.MongoUpsertSink;
import io.penstock.sink.staged.StagedSink;
import io.penstock.spec.JobSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.spec.MongoSinkSpec.Mode;
import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.bson.RawBsonDocument;

/** A collection of another server, beside bulk writes of the same documents: replacements that insert. */
final class MongoComparison implements Comparison {
    private static final int BATCH = 1_000;

    private final Mode mode;
    private final BenchServer server;
    private final List<RawBsonDocument> kept = new ArrayList<>();

    MongoComparison(Mode mode) throws IOException {
        this.mode = mode;
        this.server = BenchServer.start();
    }

    @Override
    public String section() {
        return "{type: mongodb, mode: %s, uri: \"%s\", database: bench, staging-database: bench_staging}"
                .formatted(mode.name().toLowerCase(Locale.ROOT), server.uri());
    }

    @Override
    public void attach(DataStream<ChangeRecord> changes, JobSpec spec) {
        MongoTarget target = new MongoTarget(
                (MongoSinkSpec) spec.sinks().get(0), spec.pipeline().checkpointTimeout());
        (mode == Mode.UPSERT
                        ? changes.sinkTo(new MongoUpsertSink(target, Fence.none(), DeadLetterPolicy.NONE))
                        : changes.sinkTo(new StagedSink(
                                spec.name(),
                                "mongodb",
                                target,
                                Fence.none(),
                                DeadLetterPolicy.NONE,
                                spec.pipeline().checkpointTimeout())))
                .name("mongodb")
                .uid("mongodb");
    }

    @Override
    public void clear() {
        bench().drop();
        server.client().getDatabase("bench_staging").drop();
    }

    private MongoDatabase bench() {
        return server.client().getDatabase("bench").withWriteConcern(WriteConcern.MAJORITY);
    }

    private MongoCollection<RawBsonDocument> collection() {
        return bench().getCollection("cities", RawBsonDocument.class);
    }

    @Override
    public long visible() {
        return collection().countDocuments();
    }

    @Override
    public long keep() {
        collection().find().sort(Sorts.ascending("_id")).into(kept);
        return kept.stream()
                .mapToLong(document -> document.getByteBuffer().remaining())
                .sum();
    }

    @Override
    public Map<String, Client> clients() {
        return Map.of("bulk write", this::write);
    }

    private long write() {
        MongoCollection<RawBsonDocument> collection = collection();
        long start = System.nanoTime();
        List<ReplaceOneModel<RawBsonDocument>> batch = new ArrayList<>(BATCH);
        for (RawBsonDocument document : kept) {
            batch.add(new ReplaceOneModel<>(
                    Filters.eq("_id", document.get("_id")), document, new ReplaceOptions().upsert(true)));
            if (batch.size() == BATCH) {
                collection.bulkWrite(batch, new BulkWriteOptions().ordered(false));
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            collection.bulkWrite(batch, new BulkWriteOptions().ordered(false));
        }
        return System.nanoTime() - start;
    }

    @Override
    public void close() {
        server.close();
    }
}
