/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.RenameCollectionOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** Collections and databases that come, go and change their names, as change streams tell it. */
class NamespacesConformanceITCase extends Conformance {
    private static final RenameCollectionOptions ONTO = new RenameCollectionOptions().dropTarget(true);

    private BsonDocument namespace(String collection) {
        return new BsonDocument("db", new BsonString(db.getName())).append("coll", new BsonString(collection));
    }

    private MongoNamespace name(String collection) {
        return new MongoNamespace(db.getName(), collection);
    }

    private String matchNs(String field, String collection) {
        return "{$match: {" + field + ": " + namespace(collection).toJson() + "}}";
    }

    private void insertInto(String collection, String document) {
        db.getCollection(collection, BsonDocument.class).insertOne(bson(document));
    }

    @Test
    void aRenameTellsWhereToAndInvalidatesTheStreamOfTheCollection() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            docs.renameCollection(name("other"));
            List<BsonDocument> events = stream.next(2);
            assertThat(operations(events)).containsExactly("rename", "invalidate");
            assertThat(events.get(0).getDocument("ns")).isEqualTo(namespace("docs"));
            assertThat(events.get(0).getDocument("to")).isEqualTo(namespace("other"));
            assertThat(stream.closed()).isTrue();
        }
    }

    @Test
    void aDropInvalidatesTheStreamOfTheCollection() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            docs.drop();
            assertThat(operations(stream.next(2))).containsExactly("drop", "invalidate");
            assertThat(stream.closed()).isTrue();
        }
    }

    @Test
    void anInvalidateHasATokenOfItsOwnAfterTheDrop() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            docs.drop();
            List<BsonDocument> events = stream.next(2);
            String drop = data(events.get(0).getDocument("_id"));
            String invalidate = data(events.get(1).getDocument("_id"));
            assertThat(invalidate).isGreaterThan(drop).startsWith(drop.substring(0, 18));
            if (!ConformanceServer.isAtLeast(7, 0)) {
                assertThat(drop).contains("6E5A1004");
                assertThat(invalidate).contains("6F5A1004");
            }
            assertThat(events.get(1)).doesNotContainKeys("ns", "documentKey", "fullDocument");
        }
    }

    @Test
    void afterAnInvalidateAStreamStartsButDoesNotResume() {
        insert("{_id: 1}");
        BsonDocument invalidate;
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            docs.drop();
            invalidate = stream.next(2).get(1).getDocument("_id");
        }
        assertFails(260, () -> EventStream.on(db, "docs", EventStream.resumeAfter(invalidate))
                .close());
        insert("{_id: 'again'}");
        try (EventStream stream = EventStream.on(db, "docs", EventStream.startAfter(invalidate))) {
            assertThat(stream.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'again'}"));
        }
    }

    @Test
    void aDatabasesStreamOutlivesRenamesAndDrops() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.onDatabase(db, "{}")) {
            docs.renameCollection(name("other"));
            db.getCollection("other").drop();
            insertInto("third", "{_id: 3}");
            assertThat(operations(stream.next(3))).containsExactly("rename", "drop", "insert");
            assertThat(stream.closed()).isFalse();
        }
    }

    @Test
    void droppingADatabaseGivesADropForEachCollectionThenEndsItsStream() {
        insert("{_id: 1}");
        insertInto("second", "{_id: 1}");
        try (EventStream stream = EventStream.onDatabase(db, "{}");
                EventStream collection = EventStream.on(db, "docs", "{}")) {
            db.drop();
            List<BsonDocument> events = stream.next(4);
            assertThat(operations(events)).containsExactly("drop", "drop", "dropDatabase", "invalidate");
            assertThat(events.get(2).getDocument("ns")).isEqualTo(new BsonDocument("db", new BsonString(db.getName())));
            assertThat(operations(collection.next(2))).containsExactly("drop", "invalidate");
        }
    }

    @Test
    void everythingsStreamOutlivesTheDropOfADatabase() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.onEverything("{}", "{$match: {'ns.db': '" + db.getName() + "'}}")) {
            db.drop();
            assertThat(operations(stream.next(2))).containsExactly("drop", "dropDatabase");
            insert("{_id: 2}");
            assertThat(operations(stream.next(1))).containsExactly("insert");
        }
    }

    @Test
    void aDatabasesStreamShowsAllItsCollectionsAndNoOthers() {
        MongoDatabase other = CLIENT.getDatabase(db.getName() + "_o");
        try (EventStream stream = EventStream.onDatabase(db, "{}");
                EventStream all = EventStream.onEverything("{}", "{$match: {'ns.db': /^" + db.getName() + "/}}")) {
            other.getCollection("x", BsonDocument.class).insertOne(bson("{_id: 'x'}"));
            insertInto("a", "{_id: 'a'}");
            insertInto("b", "{_id: 'b'}");
            assertThat(stream.next(2))
                    .extracting(
                            e -> e.getDocument("documentKey").getString("_id").getValue())
                    .containsExactly("a", "b");
            assertThat(all.next(3))
                    .extracting(
                            e -> e.getDocument("documentKey").getString("_id").getValue())
                    .containsExactly("x", "a", "b");
        } finally {
            other.drop();
        }
    }

    @Test
    void aFilterOnAComputedNamespaceWorks() {
        String concat = "{$addFields: {full: {$concat: ['$ns.db', '.', '$ns.coll']}}}";
        try (EventStream stream =
                EventStream.onEverything("{}", concat, "{$match: {full: /^" + db.getName() + "[.](a|b)$/}}")) {
            insertInto("a", "{_id: 1}");
            insertInto("c", "{_id: 2}");
            insertInto("b", "{_id: 3}");
            assertThat(stream.next(2))
                    .extracting(e -> e.getString("full").getValue())
                    .containsExactly(db.getName() + ".a", db.getName() + ".b");
        }
    }

    @Test
    void aRenameOntoACollectionIsInvisibleToAFilterOnItsNamespace() {
        insert("{_id: 'old'}");
        insertInto("source", "{_id: 'new'}");
        try (EventStream plain = EventStream.onDatabase(db, "{}", matchNs("ns", "docs"));
                EventStream to = EventStream.onDatabase(db, "{}", matchNs("to", "docs"));
                EventStream all = EventStream.onDatabase(db, "{}")) {
            db.getCollection("source").renameCollection(name("docs"), ONTO);
            insert("{_id: 'mark'}");
            assertThat(plain.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'mark'}"));
            BsonDocument rename = to.next();
            assertThat(rename.getDocument("ns")).isEqualTo(namespace("source"));
            assertThat(rename.getDocument("to")).isEqualTo(namespace("docs"));
            assertThat(operations(all.next(2))).containsExactly("rename", "insert");
        }
    }

    @Test
    void aRenameOntoACollectionInvalidatesItsStream() {
        insert("{_id: 'old'}");
        insertInto("source", "{_id: 'new'}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            db.getCollection("source").renameCollection(name("docs"), ONTO);
            assertThat(operations(stream.next(2))).containsExactly("rename", "invalidate");
        }
    }

    @Test
    void aRenameOntoAnExistingCollectionNeedsToBeWanted() {
        insertInto("source", "{_id: 'new'}");
        int namespaceExists = 48;
        assertFails(namespaceExists, () -> db.getCollection("source").renameCollection(name("docs")));
    }

    @Test
    void outputOfAnAggregationArrivesAsARenameOnto() {
        insert("{_id: 1}", "{_id: 2}");
        insertInto("target", "{_id: 'old'}");
        try (EventStream all = EventStream.onDatabase(db, "{}")) {
            docs.aggregate(List.of(bson("{$match: {_id: 1}}"), bson("{$out: 'target'}")))
                    .toCollection();
            insertInto("target", "{_id: 'mark'}");
            List<BsonDocument> events = new ArrayList<>();
            do {
                events.add(all.next());
            } while (!events.get(events.size() - 1).containsKey("to"));
            assertThat(events).noneMatch(event -> namespace("target").equals(event.get("ns")));
            assertThat(events.get(events.size() - 1).getDocument("to")).isEqualTo(namespace("target"));
            assertThat(all.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'mark'}"));
        }
        assertThat(db.getCollection("target").countDocuments()).isEqualTo(2);
    }

    @Test
    void outputOfAnAggregationIsInvisibleToAFilterOnItsNamespace() {
        insert("{_id: 1}");
        insertInto("target", "{_id: 'old'}");
        try (EventStream plain = EventStream.onDatabase(db, "{}", matchNs("ns", "target"))) {
            docs.aggregate(List.of(bson("{$out: 'target'}"))).toCollection();
            insertInto("target", "{_id: 'mark'}");
            assertThat(plain.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'mark'}"));
        }
    }

    @Test
    void mergingWritesOrdinaryEvents() {
        insert("{_id: 1, v: 1}", "{_id: 2, v: 2}");
        insertInto("target", "{_id: 1, v: 0}");
        try (EventStream stream = EventStream.on(db, "target", "{}")) {
            docs.aggregate(List.of(
                            bson("{$sort: {_id: 1}}"), bson("{$merge: {into: 'target', whenMatched: 'replace'}}")))
                    .toCollection();
            assertThat(operations(stream.next(2))).containsExactlyInAnyOrder("replace", "insert");
        }
    }

    @Test
    void convertingToCappedArrivesAsARenameOnto() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            run("{convertToCapped: 'docs', size: 100000}");
            BsonDocument last = stream.next();
            assertThat(last.getString("operationType").getValue()).isEqualTo("rename");
            assertThat(last.getDocument("to")).isEqualTo(namespace("docs"));
            assertThat(last.getDocument("ns").getString("coll").getValue()).contains("convertToCapped");
        }
    }

    @Test
    void aCollectionMadeAgainHasAnotherUuid() {
        String before = uuid();
        docs.drop();
        db.createCollection("docs");
        assertThat(uuid()).isNotEqualTo(before);
    }

    @Test
    void aRenamedCollectionKeepsItsUuid() {
        String before = uuid();
        docs.renameCollection(name("other"));
        db.getCollection("other").renameCollection(name("docs"));
        assertThat(uuid()).isEqualTo(before);
    }

    private String uuid() {
        return info("docs").getDocument("info").getBinary("uuid").asUuid().toString();
    }

    private BsonDocument info(String collection) {
        return run("{listCollections: 1, filter: {name: '" + collection + "'}}")
                .getDocument("cursor")
                .getArray("firstBatch")
                .get(0)
                .asDocument();
    }

    @Test
    void collectionsAreListedWithTypeAndOptions() {
        db.createCollection("capped", new CreateCollectionOptions().capped(true).sizeInBytes(100_000));
        db.createView("view", "docs", List.of());
        assertThat(info("docs").getString("type").getValue()).isEqualTo("collection");
        assertThat(info("capped").getDocument("options").getBoolean("capped").getValue())
                .isTrue();
        assertThat(info("view").getString("type").getValue()).isEqualTo("view");
        assertThat(info("view").getDocument("options").getString("viewOn").getValue())
                .isEqualTo("docs");
    }

    @Test
    void aViewCannotBeWatched() {
        db.createView("view", "docs", List.of());
        int optionNotSupportedOnView = 166;
        assertFails(
                optionNotSupportedOnView, () -> EventStream.on(db, "view", "{}").close());
    }

    @Test
    void aTimeSeriesCollectionCannotBeWatched() {
        run("{create: 'series', timeseries: {timeField: 't'}}");
        assertFails(166, () -> EventStream.on(db, "series", "{}").close());
        assertFails(73, () -> EventStream.on(db, "system.buckets.series", "{}").close());
    }

    @Test
    void expandedEventsTellOfCreationIndexesAndChanges() {
        ConformanceServer.requireAtLeast(6, 0);
        try (EventStream stream = EventStream.onDatabase(db, "{showExpandedEvents: true}")) {
            db.createCollection("fresh");
            db.getCollection("fresh").createIndex(bson("{v: 1}"));
            db.getCollection("fresh").dropIndex("v_1");
            run("{collMod: 'fresh', validationLevel: 'moderate'}");
            List<BsonDocument> events = stream.next(4);
            assertThat(operations(events)).containsExactly("create", "createIndexes", "dropIndexes", "modify");
            assertThat(events.get(0)).containsKey("operationDescription").containsKey("collectionUUID");
        }
    }
}
