/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import com.mongodb.ClientSessionOptions;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** A change stream by its bare commands, so that batches, tokens and cursor ids can be looked at. Never resumes by itself. */
final class EventStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WAIT_MILLIS = 200;

    private final MongoDatabase db;
    private final ClientSession session;
    private BsonDocument cursor;
    private List<BsonValue> batch;

    private EventStream(MongoClient client, MongoDatabase db, BsonDocument aggregate) {
        this.db = db;
        // Not causally consistent: a read after the last write would wait for it instead of showing what the stream
        // does.
        this.session = client.startSession(
                ClientSessionOptions.builder().causallyConsistent(false).build());
        try {
            take(db.runCommand(session, aggregate, BsonDocument.class), "firstBatch");
        } catch (RuntimeException failed) {
            session.close();
            throw failed;
        }
    }

    /** Watches a collection. */
    static EventStream on(MongoDatabase db, String collection, String options, String... stages) {
        return new EventStream(Conformance.CLIENT, db, aggregate(new BsonString(collection), options, stages));
    }

    /** Watches a whole database. */
    static EventStream onDatabase(MongoDatabase db, String options, String... stages) {
        return new EventStream(Conformance.CLIENT, db, aggregate(new BsonInt32(1), options, stages));
    }

    /** Watches everything. */
    static EventStream onEverything(String options, String... stages) {
        BsonDocument aggregate = aggregate(new BsonInt32(1), options, stages);
        aggregate
                .getArray("pipeline")
                .get(0)
                .asDocument()
                .getDocument("$changeStream")
                .append("allChangesForCluster", org.bson.BsonBoolean.TRUE);
        return new EventStream(Conformance.CLIENT, Conformance.CLIENT.getDatabase("admin"), aggregate);
    }

    static String resumeAfter(BsonDocument token) {
        return "{resumeAfter: " + token.toJson() + "}";
    }

    static String startAfter(BsonDocument token) {
        return "{startAfter: " + token.toJson() + "}";
    }

    private static BsonDocument aggregate(BsonValue target, String options, String... stages) {
        BsonArray pipeline = new BsonArray(List.of(new BsonDocument("$changeStream", BsonDocument.parse(options))));
        List.of(stages).forEach(stage -> pipeline.add(BsonDocument.parse(stage)));
        return new BsonDocument("aggregate", target)
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument());
    }

    private void take(BsonDocument reply, String name) {
        cursor = reply.getDocument("cursor");
        batch = new ArrayList<>(cursor.getArray(name));
    }

    /** The next {@code count} events; fails when they do not come. */
    List<BsonDocument> next(int count) {
        List<BsonDocument> events = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (events.size() < count) {
            while (!batch.isEmpty() && events.size() < count) {
                events.add(batch.remove(0).asDocument());
            }
            if (events.size() < count) {
                if (closed() || System.nanoTime() > deadline) {
                    throw new AssertionError("expected " + count + " events, found " + events);
                }
                getMore(0);
            }
        }
        return events;
    }

    BsonDocument next() {
        return next(1).get(0);
    }

    /** One getMore; {@code batchSize} 0 leaves it to the server. What it brought is what {@link #next} gives. */
    List<BsonValue> getMore(int batchSize) {
        BsonDocument command =
                new BsonDocument("getMore", new BsonInt64(id())).append("collection", new BsonString(collection()));
        if (batchSize > 0) {
            command.append("batchSize", new BsonInt32(batchSize));
        }
        take(
                db.runCommand(session, command.append("maxTimeMS", new BsonInt32(WAIT_MILLIS)), BsonDocument.class),
                "nextBatch");
        return List.copyOf(batch);
    }

    long id() {
        return cursor.getInt64("id").getValue();
    }

    String collection() {
        return cursor.getString("ns").getValue().substring(db.getName().length() + 1);
    }

    boolean closed() {
        return id() == 0;
    }

    /** The post-batch token of the last reply. */
    BsonDocument token() {
        return cursor.getDocument("postBatchResumeToken");
    }

    @Override
    public void close() {
        if (!closed()) {
            db.runCommand(
                    session,
                    new BsonDocument("killCursors", new BsonString(collection()))
                            .append("cursors", new BsonArray(List.of(new BsonInt64(id())))));
        }
        session.close();
    }
}
