/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;

/** A server with a clock that stands still, and a client of it. */
final class ScriptedServer implements AutoCloseable {
    static final int START = 1_700_000_000;

    final SteppedClock clock = ServerClock.steppedFrom(START);
    final DevServer server;
    final MongoClient client;
    final MongoDatabase db;
    final MongoCollection<Document> docs;

    ScriptedServer(UnaryOperator<DevServerBuilder> settings) {
        server = settings.apply(DevServer.builder().clock(clock)).start();
        client = MongoClients.create(server.uri());
        db = client.getDatabase("app");
        docs = db.getCollection("docs");
    }

    static ScriptedServer start() {
        return new ScriptedServer(builder -> builder);
    }

    /** The reply to a raw {@code aggregate} that opens a change stream from the beginning of time. */
    List<BsonDocument> events(String collection, Document options, Document... stages) {
        List<Document> pipeline = new ArrayList<>();
        Document start = new Document(options);
        if (!start.containsKey("resumeAfter") && !start.containsKey("startAfter")) {
            start.append("startAtOperationTime", new BsonTimestamp(1, 1));
        }
        pipeline.add(new Document("$changeStream", start));
        pipeline.addAll(List.of(stages));
        BsonDocument reply = db.runCommand(
                new Document("aggregate", collection == null ? 1 : collection)
                        .append("pipeline", pipeline)
                        .append("cursor", new Document("batchSize", 1000)),
                BsonDocument.class);
        return reply.getDocument("cursor").getArray("firstBatch").stream()
                .map(event -> event.asDocument())
                .toList();
    }

    MongoChangeStreamCursor<ChangeStreamDocument<Document>> watch() {
        return docs.watch().maxAwaitTime(200, TimeUnit.MILLISECONDS).cursor();
    }

    static BsonTimestamp time(int seconds, int increment) {
        return new BsonTimestamp(START + seconds, increment);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
