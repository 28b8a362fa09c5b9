/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.ClientSession;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
class SnapshotReadITCase {
    static IntStream seeds() {
        return IntStream.range(0, Integer.getInteger("penstock.seeds", 5));
    }

    /** Whatever is written later, in whatever order: every past time reads as it was. */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyPastTimeReadsAsItWas(int seed) {
        Random random = new Random(seed);
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            TreeMap<Integer, Integer> model = new TreeMap<>();
            TreeMap<BsonTimestamp, TreeMap<Integer, Integer>> past = new TreeMap<>();
            app.docs.insertOne(session, new Document("_id", -1).append("v", -1));
            model.put(-1, -1);
            for (int step = 0; step < 60; step++) {
                int id = random.nextInt(12);
                if (random.nextInt(3) == 0) {
                    app.docs.deleteOne(session, new Document("_id", id));
                    model.remove(id);
                } else {
                    Document upsert = new Document("$set", new Document("v", step));
                    app.docs.updateOne(
                            session,
                            new Document("_id", id),
                            upsert,
                            new com.mongodb.client.model.UpdateOptions().upsert(true));
                    model.put(id, step);
                }
                if (random.nextInt(10) == 0) {
                    app.clock.step(1);
                }
                past.put(session.getOperationTime(), new TreeMap<>(model));
            }
            past.forEach((time, expected) -> {
                TreeMap<Integer, Integer> read = new TreeMap<>();
                find(app, "docs", time)
                        .forEach(document -> read.put(document.getInteger("_id"), document.getInteger("v")));
                assertThat(read).isEqualTo(expected);
            });
        }
    }

    @Test
    void anEventsOwnTimeReadsItsExactImage() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1).append("v", 1));
            app.docs.updateOne(new Document("_id", 1), new Document("$set", new Document("v", 2)));
            app.docs.updateOne(new Document("_id", 1), new Document("$set", new Document("v", 3)));
            BsonTimestamp second = app.events("docs", new Document()).get(1).getTimestamp("clusterTime");
            assertThat(find(app, "docs", second)).containsExactly(new Document("_id", 1).append("v", 2));
        }
    }

    @Test
    void timesThatCannotBeReadAreRefused() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            assertCode(246, () -> find(app, "docs", ScriptedServer.time(-1, 1)));
            assertCode(72, () -> find(app, "docs", ScriptedServer.time(1000, 1)));
            app.clock.step(301);
            assertCode(239, () -> find(app, "docs", ScriptedServer.time(0, 2)));
            app.db.runCommand(
                    new Document("create", "capped").append("capped", true).append("size", 1000));
            assertCode(246, () -> find(app, "capped", ScriptedServer.time(301, 1)));
        }
    }

    @Test
    void aDroppedCollectionReadsEmptyAndARemadeOneRefusesTheTimeBefore() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            BsonTimestamp before = ScriptedServer.time(0, 2);
            app.docs.renameCollection(new MongoNamespace("app", "other"));
            assertThat(find(app, "docs", before)).isEmpty();
            assertCode(246, () -> find(app, "other", before));
            app.docs.insertOne(new Document("_id", 2));
            assertCode(246, () -> find(app, "docs", before));
        }
    }

    @Test
    void aCursorDiesWithItsCollection() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertMany(List.of(new Document("_id", 1), new Document("_id", 2)));
            try (var cursor = app.docs.find().batchSize(1).iterator()) {
                cursor.next();
                app.docs.drop();
                assertThatThrownBy(cursor::next).hasMessageContaining("175");
            }
        }
    }

    @Test
    void boundsNeedAHintAndTheCollationsOrder() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.db.runCommand(new Document("create", "docs")
                    .append("collation", new Document("locale", "en").append("strength", 2)));
            app.docs.insertMany(List.of(new Document("_id", "a"), new Document("_id", "B"), new Document("_id", "c")));
            Document find = new Document("find", "docs")
                    .append("min", new Document("_id", "A"))
                    .append("max", new Document("_id", "b"));
            assertCode(51173, () -> app.db.runCommand(find));
            find.append("hint", new Document("_id", 1));
            assertThat(app.db.runCommand(find).toJson())
                    .contains("\"_id\": \"a\"")
                    .doesNotContain("\"B\"");
            assertCode(
                    51174,
                    () -> app.db.runCommand(new Document(find).append("collation", new Document("locale", "simple"))));
            Document bytewise =
                    new Document(find).append("min", new Document("_id", "b")).append("max", new Document("_id", "C"));
            assertThat(app.db.runCommand(bytewise).toJson()).contains("\"B\"");
            assertCode(
                    51175,
                    () -> app.db.runCommand(new Document(find)
                            .append("min", new Document("_id", "B"))
                            .append("max", new Document("_id", "a"))));
            assertThat(app.docs.find(new Document("_id", "A")).first()).isEqualTo(new Document("_id", "a"));
        }
    }

    @Test
    void anotherSessionCannotReadOnInACursor() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession one = app.client.startSession();
                ClientSession other = app.client.startSession()) {
            app.docs.insertMany(List.of(new Document("_id", 1), new Document("_id", 2)));
            Document cursor = (Document) app.db
                    .runCommand(one, new Document("find", "docs").append("batchSize", 1))
                    .get("cursor");
            Document getMore = new Document("getMore", cursor.getLong("id")).append("collection", "docs");
            assertCode(50738, () -> app.db.runCommand(other, getMore));
            assertThat(app.db.runCommand(one, getMore)).containsEntry("ok", 1.0);
        }
    }

    private static List<Document> find(ScriptedServer app, String collection, BsonTimestamp time) {
        Document concern = new Document("level", "snapshot").append("atClusterTime", time);
        Document reply = app.db.runCommand(new Document("find", collection).append("readConcern", concern));
        return ((Document) reply.get("cursor")).getList("firstBatch", Document.class);
    }

    private static void assertCode(int code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MongoCommandException.class, e -> assertThat(e.getErrorCode())
                .isEqualTo(code));
    }
}
