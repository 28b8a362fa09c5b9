/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class ConcurrencyITCase {
    private static final int WRITERS = 4;
    private static final int STEPS = 150;
    private static final int IDS = 25;

    @TempDir
    private Path data;

    /**
     * However writers, transactions and aborts interleave: the stream's events, applied in order, give the collection, at
     * the end and at every time in between, and its tokens never go back.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theStreamIsTheHistoryOfTheCollection(boolean durable) throws Exception {
        DevServerBuilder settings = DevServer.builder();
        if (durable) {
            settings.dataDirectory(data);
        }
        try (DevServer server = settings.start();
                MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase("app")
                    .runCommand(new Document("create", "c")
                            .append("changeStreamPreAndPostImages", new Document("enabled", true)));
            MongoCollection<Document> collection = client.getDatabase("app").getCollection("c");
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(i);
                running.add(writers.submit(() -> write(client, collection, random)));
            }
            for (Future<?> one : running) {
                one.get(4, TimeUnit.MINUTES);
            }
            writers.shutdown();
            collection.insertOne(new Document("_id", "end"));
            verify(client, collection);
        }
    }

    private static void write(MongoClient client, MongoCollection<Document> collection, Random random) {
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(4) > 0) {
                change(null, collection, random);
                continue;
            }
            try (ClientSession session = client.startSession()) {
                session.startTransaction();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    change(session, collection, random);
                }
                if (random.nextBoolean()) {
                    session.commitTransaction();
                } else {
                    session.abortTransaction();
                }
            } catch (MongoException e) {
                assertThat(e.getCode()).as(e.getMessage()).isIn(112, 251);
            }
        }
    }

    private static void change(ClientSession session, MongoCollection<Document> collection, Random random) {
        Document id = new Document("_id", random.nextInt(IDS));
        Document increment = new Document("$inc", new Document("v", 1));
        UpdateOptions upsert = new UpdateOptions().upsert(true);
        boolean delete = random.nextInt(4) == 0;
        if (session == null && delete) {
            collection.deleteOne(id);
        } else if (session == null) {
            collection.updateOne(id, increment, upsert);
        } else if (delete) {
            collection.deleteOne(session, id);
        } else {
            collection.updateOne(session, id, increment, upsert);
        }
    }

    private static void verify(MongoClient client, MongoCollection<Document> collection) {
        Map<Object, Document> state = new HashMap<>();
        TreeMap<BsonTimestamp, Map<Object, Document>> past = new TreeMap<>();
        String last = "";
        try (MongoCursor<ChangeStreamDocument<Document>> events = collection
                .watch()
                .fullDocument(com.mongodb.client.model.changestream.FullDocument.REQUIRED)
                .startAtOperationTime(new BsonTimestamp(1, 1))
                .cursor()) {
            while (!state.containsKey("end")) {
                ChangeStreamDocument<Document> event = events.next();
                String token = event.getResumeToken().getString("_data").getValue();
                assertThat(token).isGreaterThan(last);
                last = token;
                Object id = Document.parse(event.getDocumentKey().toJson()).get("_id");
                if (event.getFullDocument() == null) {
                    assertThat(state.remove(id)).isNotNull();
                } else {
                    state.put(id, event.getFullDocument());
                }
                past.put(event.getClusterTime(), new HashMap<>(state));
            }
        }
        assertThat(collection.find()).containsExactlyInAnyOrderElementsOf(state.values());
        assertThat(collection.estimatedDocumentCount()).isEqualTo(state.size());
        past.forEach((time, expected) -> assertThat(find(client, time))
                .as("at %s", time)
                .containsExactlyInAnyOrderElementsOf(expected.values()));
    }

    private static List<Document> find(MongoClient client, BsonTimestamp time) {
        BsonDocument concern =
                new BsonDocument("level", new org.bson.BsonString("snapshot")).append("atClusterTime", time);
        Document reply = client.getDatabase("app")
                .runCommand(
                        new Document("find", "c").append("readConcern", concern).append("batchSize", 1000));
        return ((Document) reply.get("cursor")).getList("firstBatch", Document.class);
    }
}
