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
import com.mongodb.client.model.ReplaceOptions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ChangeStreamITCase {
    private static final Document NO_OPTIONS = new Document();

    @Test
    void aScriptedHistoryHasKnownTimesAndTokens() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.clock.step(5);
            app.docs.updateOne(new Document("_id", 1), new Document("$set", new Document("a", 1)));
            app.docs.deleteOne(new Document("_id", 1));

            List<BsonDocument> events = app.events("docs", NO_OPTIONS);
            // The collection's making takes the first time of the first second.
            assertThat(events)
                    .extracting(event -> event.getTimestamp("clusterTime"))
                    .containsExactly(ScriptedServer.time(0, 2), ScriptedServer.time(5, 1), ScriptedServer.time(5, 2));
            assertThat(token(events.get(1))).startsWith("826553F105000000012B022C0100296E5A1004");
            assertThat(events.get(0).keySet())
                    .containsExactly(
                            "_id", "operationType", "clusterTime", "wallTime", "fullDocument", "ns", "documentKey");
            assertThat(events.get(1).keySet())
                    .containsExactly(
                            "_id",
                            "operationType",
                            "clusterTime",
                            "wallTime",
                            "ns",
                            "documentKey",
                            "updateDescription");
        }
    }

    @Test
    void versionFiveHasNeitherWallTimesNorImagesNorSplitting() {
        try (ScriptedServer app = new ScriptedServer(builder -> builder.serverVersion(ServerVersion.V5_0))) {
            app.docs.insertOne(new Document("_id", 1));
            assertThat(app.events("docs", NO_OPTIONS).get(0).keySet())
                    .containsExactly("_id", "operationType", "clusterTime", "fullDocument", "ns", "documentKey");
            assertCode(2, () -> app.events("docs", new Document("fullDocument", "required")));
            assertCode(
                    40324,
                    () -> app.events("docs", NO_OPTIONS, new Document("$changeStreamSplitLargeEvent", new Document())));
        }
    }

    @Test
    void aTransactionsEventsShareOneTimeAndDifferInTheTokensNumber() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            app.docs.insertOne(new Document("_id", 1));
            session.startTransaction();
            for (int i = 0; i < 3; i++) {
                app.docs.updateOne(session, new Document("_id", 1), new Document("$set", new Document("a", i)));
            }
            session.commitTransaction();
            List<BsonDocument> events = app.events("docs", NO_OPTIONS);
            List<BsonDocument> updates = events.subList(1, 4);
            assertThat(updates)
                    .extracting(event -> event.getTimestamp("clusterTime"))
                    .containsOnly(ScriptedServer.time(0, 3));
            assertThat(updates).allMatch(event -> event.containsKey("lsid") && event.containsKey("txnNumber"));
            assertThat(updates).extracting(ChangeStreamITCase::token).isSorted();
            assertThat(token(updates.get(2))).contains("2B022C01002B046E5A1004");

            // Resuming inside of the transaction goes on with its rest.
            assertThat(app.events(
                            "docs", new Document("resumeAfter", updates.get(0).get("_id"))))
                    .containsExactly(updates.get(1), updates.get(2));
        }
    }

    @Test
    void aRenameEndsAStreamAndItsInvalidateCannotBeResumedAfter() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.docs.renameCollection(new MongoNamespace("app", "other"));
            List<BsonDocument> events = app.events("docs", NO_OPTIONS);
            assertThat(types(events)).containsExactly("insert", "rename", "invalidate");
            assertThat(events.get(1).get("to")).isEqualTo(BsonDocument.parse("{db: 'app', coll: 'other'}"));
            BsonValue invalidate = events.get(2).get("_id");
            assertCode(260, () -> app.events("docs", new Document("resumeAfter", invalidate)));
            assertThat(app.events("docs", new Document("startAfter", invalidate)))
                    .isEmpty();
            // After the event itself, the invalidate is still to come.
            BsonValue rename = events.get(1).get("_id");
            assertThat(types(app.events("docs", new Document("resumeAfter", rename))))
                    .containsExactly("invalidate");
        }
    }

    @Test
    void aDatabaseStreamEndsWithItsDatabaseAndSeesRenamesOntoItsCollections() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.docs.aggregate(List.of(new Document("$out", "copy"))).toCollection();
            app.docs.aggregate(List.of(new Document("$out", "copy"))).toCollection();
            app.db.drop();
            List<BsonDocument> events = app.events(null, NO_OPTIONS);
            assertThat(types(events))
                    .containsExactly("insert", "rename", "rename", "drop", "drop", "dropDatabase", "invalidate");
            assertThat(events.get(1).getDocument("ns").getString("coll").getValue())
                    .startsWith("tmp.agg_out.");
            List<BsonDocument> filtered = app.events(
                    "copy",
                    NO_OPTIONS,
                    new Document("$match", new Document("to.coll", new Document("$in", List.of("copy")))));
            assertThat(types(filtered)).containsExactly("rename");
        }
    }

    @Test
    void anEventAfterANumericallyEqualReplacementHasTheKeyThatTheDocumentHadBefore() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.docs.replaceOne(new Document("_id", 1), new Document("_id", 1.0), new ReplaceOptions());
            app.docs.deleteOne(new Document("_id", 1));
            List<BsonDocument> events = app.events("docs", NO_OPTIONS);
            assertThat(events.get(1).getDocument("documentKey").get("_id")).isEqualTo(new BsonInt32(1));
            assertThat(events.get(1).getDocument("fullDocument").get("_id").isDouble())
                    .isTrue();
            assertThat(events.get(2).getDocument("documentKey").get("_id").isDouble())
                    .isTrue();
        }
    }

    @Test
    void historyThatNoLongerFitsIsLost() {
        try (ScriptedServer app = new ScriptedServer(builder -> builder.changeLogBytes(10_000))) {
            app.docs.insertOne(new Document("_id", 0));
            BsonValue token = app.events("docs", NO_OPTIONS).get(0).get("_id");
            for (int i = 1; i <= 100; i++) {
                app.docs.insertOne(new Document("_id", i));
            }
            assertCode(286, () -> app.events("docs", new Document("resumeAfter", token)));
            assertCode(286, () -> app.events("docs", NO_OPTIONS));
        }
    }

    @Test
    void historyCanBeLostOnPurposeWhileSnapshotsStayReadable() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            BsonValue token = app.events("docs", NO_OPTIONS).get(0).get("_id");
            app.docs.insertOne(new Document("_id", 2));
            app.server.loseHistory();
            assertCode(286, () -> app.events("docs", new Document("resumeAfter", token)));
            Document concern = new Document("level", "snapshot").append("atClusterTime", ScriptedServer.time(0, 2));
            Document reply = app.db.runCommand(new Document("count", "docs")
                    .append("query", new Document("_id", new Document("$gt", 0)))
                    .append("readConcern", concern));
            assertThat(reply).containsEntry("n", 1);
        }
    }

    @Test
    void anIdleStreamsTokenFollowsTheClock() {
        try (ScriptedServer app = ScriptedServer.start();
                var cursor = app.watch()) {
            app.docs.insertOne(new Document("_id", 1));
            cursor.next();
            app.clock.step(10);
            cursor.tryNext();
            assertThat(cursor.getResumeToken().getString("_data").getValue())
                    .isEqualTo("826553F10A000000002B0229296E04");
        }
    }

    @Test
    void imagesAreGivenWhereTheCollectionKeepsThem() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1).append("a", 1));
            app.docs.updateOne(new Document("_id", 1), new Document("$set", new Document("a", 2)));
            app.docs.updateOne(new Document("_id", 1), new Document("$set", new Document("a", 3)));
            Document required = new Document("fullDocument", "required").append("fullDocumentBeforeChange", "required");
            assertCode(47, () -> app.events("docs", required));
            assertThat(app.events("docs", new Document("fullDocument", "whenAvailable"))
                            .get(1))
                    .containsEntry("fullDocument", org.bson.BsonNull.VALUE);
            app.db.runCommand(new Document("collMod", "docs")
                    .append("changeStreamPreAndPostImages", new Document("enabled", true)));
            BsonDocument update = app.events("docs", required).get(1);
            assertThat(update.getDocument("fullDocument")).isEqualTo(BsonDocument.parse("{_id: 1, a: 2}"));
            assertThat(update.getDocument("fullDocumentBeforeChange")).isEqualTo(BsonDocument.parse("{_id: 1, a: 1}"));
            assertThat(app.events("docs", new Document("fullDocument", "updateLookup"))
                            .get(1)
                            .getDocument("fullDocument"))
                    .isEqualTo(BsonDocument.parse("{_id: 1, a: 3}"));
        }
    }

    @Test
    void anEventThatIsTooLargeIsSplitOrEndsTheStream() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.db.runCommand(new Document("create", "docs")
                    .append("changeStreamPreAndPostImages", new Document("enabled", true)));
            String large = "x".repeat(9 << 20);
            app.docs.insertOne(new Document("_id", 1).append("a", large));
            app.docs.replaceOne(new Document("_id", 1), new Document("b", large));
            Document images = new Document("fullDocumentBeforeChange", "required");
            Document split = new Document("$changeStreamSplitLargeEvent", new Document());
            BsonValue insert = app.events("docs", images, split).get(0).get("_id");
            images.append("resumeAfter", insert);
            assertCode(10334, () -> app.events("docs", images));

            BsonDocument first = app.events("docs", images, split).get(0);
            assertThat(first.get("splitEvent")).isEqualTo(BsonDocument.parse("{fragment: 1, of: 2}"));
            images.append("resumeAfter", first.get("_id"));
            BsonDocument second = app.events("docs", images, split).get(0);
            assertThat(second.get("splitEvent")).isEqualTo(BsonDocument.parse("{fragment: 2, of: 2}"));
            assertThat(second).containsKey("fullDocumentBeforeChange");
        }
    }

    @Test
    void viewsAndInternalNamespacesCannotBeWatched() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.db.createView("view", "docs", List.of());
            app.db.runCommand(new Document("create", "series").append("timeseries", new Document("timeField", "t")));
            app.db.getCollection("series").insertOne(new Document("t", new java.util.Date()));
            assertThat(app.db.getCollection("view").find()).hasSize(1);
            assertThat(app.db.getCollection("series").find()).hasSize(1);
            assertThat(app.db.listCollectionNames()).contains("system.buckets.series");
            assertCode(166, () -> app.events("view", NO_OPTIONS));
            assertCode(166, () -> app.events("series", NO_OPTIONS));
            assertCode(73, () -> app.events("system.buckets.series", NO_OPTIONS));
            assertThat(types(app.events(null, NO_OPTIONS))).containsExactly("insert");
        }
    }

    @Test
    void expandedEventsShowWhatElseHappens() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.docs.createIndex(new Document("a", 1));
            List<BsonDocument> events = app.events(null, new Document("showExpandedEvents", true));
            assertThat(types(events)).containsExactly("create", "insert", "createIndexes");
            assertThat(events).allMatch(event -> event.containsKey("collectionUUID"));
        }
    }

    @Test
    void aPipelineMustKeepTheToken() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            assertCode(280, () -> app.events("docs", NO_OPTIONS, new Document("$project", new Document("_id", 0))));
            assertCode(20, () -> app.events("docs", NO_OPTIONS, new Document("$limit", 1)));
        }
    }

    @Test
    void theOplogsEndsAreReadable() {
        try (ScriptedServer app = ScriptedServer.start()) {
            app.docs.insertOne(new Document("_id", 1));
            app.clock.step(7);
            app.docs.insertOne(new Document("_id", 2));
            var oplog = app.client.getDatabase("local").getCollection("oplog.rs");
            assertThat(oplog.find()
                            .sort(new Document("$natural", 1))
                            .limit(1)
                            .first()
                            .get("ts", BsonTimestamp.class))
                    .isEqualTo(ScriptedServer.time(0, 1));
            assertThat(oplog.find()
                            .sort(new Document("$natural", -1))
                            .limit(1)
                            .first()
                            .get("ts", BsonTimestamp.class))
                    .isEqualTo(ScriptedServer.time(7, 1));
        }
    }

    private static String token(BsonDocument event) {
        return event.getDocument("_id").getString("_data").getValue();
    }

    private static List<String> types(List<BsonDocument> events) {
        return events.stream()
                .map(event -> event.getString("operationType").getValue())
                .toList();
    }

    private static void assertCode(int code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MongoCommandException.class, e -> assertThat(e.getErrorCode())
                .isEqualTo(code));
    }
}
