/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndReplaceOptions;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** What one write looks like in a change stream. */
class ChangeEventsConformanceITCase extends Conformance {
    private BsonDocument change(BsonDocument event) {
        return event.getDocument("updateDescription");
    }

    private BsonDocument eventOf(String document, Runnable write) {
        insert(document);
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            write.run();
            return stream.next();
        }
    }

    private void assertUpdated(BsonDocument event, String updated, String... removed) {
        assertThat(event.getString("operationType").getValue()).isEqualTo("update");
        assertThat(change(event).getDocument("updatedFields")).isEqualTo(bson(updated));
        assertThat(change(event).getArray("removedFields"))
                .isEqualTo(new BsonArray(
                        List.of(removed).stream().map(BsonString::new).toList()));
        assertThat(change(event).getArray("truncatedArrays")).isEmpty();
    }

    @Test
    void anInsertCarriesItsDocumentItsKeyAndItsTime() {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            insert("{b: 1, _id: 7, a: 2}");
            BsonDocument event = stream.next();
            assertThat(event.getString("operationType").getValue()).isEqualTo("insert");
            assertThat(event.getDocument("fullDocument").keySet()).containsExactly("_id", "b", "a");
            assertThat(event.getDocument("documentKey")).isEqualTo(bson("{_id: 7}"));
            assertThat(event.getDocument("ns"))
                    .isEqualTo(new BsonDocument("db", new BsonString(db.getName()))
                            .append("coll", new BsonString("docs")));
            assertThat(event.getTimestamp("clusterTime")).isLessThanOrEqualTo(now());
            assertThat(event).doesNotContainKeys("lsid", "txnNumber", "updateDescription");
        }
    }

    @Test
    void anEventsFieldsStandInOneOrder() {
        BsonDocument event = eventOf("{_id: 1}", () -> docs.replaceOne(bson("{_id: 1}"), bson("{a: 1}")));
        List<String> order = List.of("_id", "operationType", "clusterTime", "fullDocument", "ns", "documentKey");
        List<String> found = new ArrayList<>(event.keySet());
        found.retainAll(order);
        assertThat(found).isEqualTo(order);
    }

    @Test
    void theWallTimeIsTold() {
        ConformanceServer.requireAtLeast(6, 0);
        BsonDocument event = eventOf("{_id: 1}", () -> docs.deleteOne(bson("{_id: 1}")));
        long seconds = event.getDateTime("wallTime").getValue() / 1000;
        assertThat(seconds)
                .isBetween(
                        event.getTimestamp("clusterTime").getTime() - 60L,
                        event.getTimestamp("clusterTime").getTime() + 60L);
    }

    @Test
    void anUpdateTellsItsFieldsAndNotTheDocument() {
        BsonDocument event = eventOf(
                "{_id: 1, a: 1, n: {x: 1, y: 2}, l: [1, 2, 3]}",
                () -> update("{_id: 1}", "{$set: {'n.x': 9, z: 'q', 'l.1': 7}, $unset: {a: ''}}"));
        assertUpdated(event, "{'l.1': 7, 'n.x': 9, z: 'q'}", "a");
        assertThat(event).doesNotContainKey("fullDocument");
        assertThat(event.getDocument("documentKey")).isEqualTo(bson("{_id: 1}"));
    }

    @Test
    void aWholeSubDocumentAndAChangeOfTypeAreOneField() {
        BsonDocument event = eventOf(
                "{_id: 1, n: {x: 1, y: 2}, t: 1}", () -> update("{_id: 1}", "{$set: {n: {x: 1, y: 3}, t: 'one'}}"));
        assertUpdated(event, "{n: {x: 1, y: 3}, t: 'one'}");
    }

    @Test
    void numbersThatOnlyChangeTheirTypeAreAnUpdate() {
        BsonDocument event = eventOf("{_id: 1, v: 1}", () -> update("{_id: 1}", "{$set: {v: {$numberLong: '1'}}}"));
        assertUpdated(event, "{v: {$numberLong: '1'}}");
    }

    @Test
    void anArrayThatGrowsByAnIndexTellsThatIndex() {
        assertUpdated(eventOf("{_id: 1, l: [1, 2]}", () -> update("{_id: 1}", "{$push: {l: 3}}")), "{'l.2': 3}");
        assertUpdated(eventOf("{_id: 2, l: [1]}", () -> update("{_id: 2}", "{$set: {'l.7': 1}}")), "{'l.7': 1}");
    }

    @Test
    void anArrayThatIsCutByAClassicUpdateIsToldWhole() {
        BsonDocument event = eventOf(
                "{_id: 1, l: [1, 2, 3], f: '" + filler() + "'}",
                () -> update("{_id: 1}", "{$push: {l: {$each: [4], $slice: -2}}}"));
        assertUpdated(event, "{l: [3, 4]}");
    }

    @Test
    void anArrayThatIsCutByAPipelineIsToldAsTruncated() {
        BsonDocument event = eventOf(
                "{_id: 1, l: [1, 2, 3, 4], f: '" + filler() + "'}",
                () -> updateByPipeline("{_id: 1}", "{$set: {l: {$slice: ['$l', 2]}}}"));
        assertThat(event.getString("operationType").getValue()).isEqualTo("update");
        assertThat(change(event).getArray("truncatedArrays")).isEqualTo(BsonArray.parse("[{field: 'l', newSize: 2}]"));
        assertThat(change(event).getDocument("updatedFields")).isEmpty();
    }

    @Test
    void aRenameIsOneFieldSetAndOneRemoved() {
        assertUpdated(eventOf("{_id: 1, a: 5}", () -> update("{_id: 1}", "{$rename: {a: 'b'}}")), "{b: 5}", "a");
    }

    @Test
    void aPipelineUpdateOfASmallDocumentIsAReplace() {
        BsonDocument event = eventOf("{_id: 1, a: 1}", () -> updateByPipeline("{_id: 1}", "{$set: {a: 2}}"));
        assertThat(event.getString("operationType").getValue()).isEqualTo("replace");
        assertThat(event.getDocument("fullDocument")).isEqualTo(bson("{_id: 1, a: 2}"));
    }

    @Test
    void aPipelineUpdateOfALargeDocumentIsADelta() {
        BsonDocument event = eventOf(
                "{_id: 1, a: {b: 1, c: 2, f: '" + filler() + "'}}",
                () -> updateByPipeline("{_id: 1}", "{$set: {'a.b': 2}}", "{$unset: 'a.c'}"));
        assertUpdated(event, "{'a.b': 2}", "a.c");
    }

    @Test
    void anUpdateThatChangesNothingGivesNoEvent() {
        insert("{_id: 1, v: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            update("{_id: 1}", "{$set: {v: 1}}");
            docs.replaceOne(bson("{_id: 1}"), bson("{_id: 1, v: 1}"));
            insert("{_id: 'mark'}");
            assertThat(stream.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'mark'}"));
        }
    }

    @Test
    void aFieldThatMovesToTheEndLooksLikeOneThatIsSet() {
        BsonDocument event = eventOf(
                "{_id: 1, f: '" + filler() + "', p: 1, q: 2}",
                () -> updateByPipeline("{_id: 1}", "{$replaceWith: {_id: '$_id', f: '$f', q: '$q', p: '$p'}}"));
        assertUpdated(event, "{p: 1}");
    }

    @Test
    void aNameWithADotIsNotToldFromAPath() {
        BsonDocument event = eventOf(
                "{_id: 1, a: {b: {z: 1}}, f: '" + filler() + "'}",
                () -> updateByPipeline("{_id: 1}", "{$set: {a: {$setField: {field: 'b.c', input: '$a', value: 5}}}}"));
        assertThat(change(event).getDocument("updatedFields")).isEqualTo(bson("{'a.b.c': 5}"));
        assertThat(change(event)).doesNotContainKey("disambiguatedPaths");
    }

    @Test
    void expandedEventsTellNamesWithDotsFromPaths() {
        ConformanceServer.requireAtLeast(6, 1);
        insert("{_id: 1, a: {b: {z: 1}}, f: '" + filler() + "'}");
        try (EventStream stream = EventStream.on(db, "docs", "{showExpandedEvents: true}")) {
            updateByPipeline("{_id: 1}", "{$set: {a: {$setField: {field: 'b.c', input: '$a', value: 5}}}}");
            assertThat(change(stream.next()).getDocument("disambiguatedPaths"))
                    .isEqualTo(bson("{'a.b.c': ['a', 'b.c']}"));
        }
    }

    @Test
    void aReplaceMayChangeTheTypeOfAnIdAndTheNextEventHasTheNewOne() {
        insert("{_id: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            docs.replaceOne(bson("{_id: 1}"), bson("{_id: 1.0, v: 1}"));
            update("{_id: 1}", "{$set: {v: 2}}");
            List<BsonDocument> events = stream.next(2);
            assertThat(events.get(0).getDocument("documentKey").get("_id")).isEqualTo(new BsonInt32(1));
            assertThat(events.get(0).getDocument("fullDocument").get("_id")).isEqualTo(new BsonDouble(1));
            assertThat(events.get(1).getDocument("documentKey").get("_id")).isEqualTo(new BsonDouble(1));
        }
    }

    @Test
    void everyKindOfWriteGivesItsKindOfEventInOrder() {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            insert("{_id: 1}");
            update("{_id: 1}", "{$set: {a: 1}}");
            docs.replaceOne(bson("{_id: 1}"), bson("{r: 1}"));
            docs.findOneAndUpdate(bson("{_id: 1}"), bson("{$inc: {k: 1}}"));
            docs.findOneAndReplace(bson("{_id: 1}"), bson("{s: 1}"), new FindOneAndReplaceOptions());
            docs.updateOne(bson("{_id: 2}"), bson("{$set: {v: 1}}"), new UpdateOptions().upsert(true));
            docs.replaceOne(bson("{_id: 3}"), bson("{v: 1}"), new ReplaceOptions().upsert(true));
            docs.bulkWrite(
                    List.of(
                            new InsertOneModel<>(bson("{_id: 4}")),
                            new UpdateManyModel<>(bson("{}"), bson("{$set: {all: 1}}")),
                            new DeleteOneModel<>(bson("{_id: 4}"))),
                    new BulkWriteOptions());
            docs.findOneAndDelete(bson("{_id: 3}"));
            docs.deleteMany(bson("{}"));
            assertThat(operations(stream.next(16)))
                    .containsExactly(
                            "insert", "update", "replace", "update", "replace", "insert", "insert", "insert", "update",
                            "update", "update", "update", "delete", "delete", "delete", "delete");
        }
    }

    @Test
    void aLookupGivesTheDocumentOfTheMomentOfReading() {
        insert("{_id: 1, v: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{fullDocument: 'updateLookup'}")) {
            update("{_id: 1}", "{$set: {v: 2}}");
            update("{_id: 1}", "{$set: {v: 3}}");
            assertThat(stream.next().getDocument("fullDocument")).isEqualTo(bson("{_id: 1, v: 3}"));
        }
    }

    @Test
    void aLookupOfADocumentThatIsGoneGivesNull() {
        insert("{_id: 1, v: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{fullDocument: 'updateLookup'}")) {
            update("{_id: 1}", "{$set: {v: 2}}");
            docs.deleteOne(Filters.eq("_id", 1));
            assertThat(stream.next().get("fullDocument")).isEqualTo(BsonNull.VALUE);
        }
    }

    @Test
    void imagesBeforeAndAfterAreThoseOfTheEvent() {
        ConformanceServer.requireAtLeast(6, 0);
        run("{collMod: 'docs', changeStreamPreAndPostImages: {enabled: true}}");
        insert("{_id: 1, v: 1}");
        try (EventStream stream =
                EventStream.on(db, "docs", "{fullDocument: 'required', fullDocumentBeforeChange: 'required'}")) {
            update("{_id: 1}", "{$set: {v: 2}}");
            update("{_id: 1}", "{$set: {v: 3}}");
            docs.deleteOne(Filters.eq("_id", 1));
            List<BsonDocument> events = stream.next(3);
            assertThat(events.get(0).getDocument("fullDocumentBeforeChange")).isEqualTo(bson("{_id: 1, v: 1}"));
            assertThat(events.get(0).getDocument("fullDocument")).isEqualTo(bson("{_id: 1, v: 2}"));
            assertThat(events.get(1).getDocument("fullDocument")).isEqualTo(bson("{_id: 1, v: 3}"));
            assertThat(events.get(2).getDocument("fullDocumentBeforeChange")).isEqualTo(bson("{_id: 1, v: 3}"));
        }
    }

    @Test
    void imagesThatAreNotKeptAreNullOrAnError() {
        ConformanceServer.requireAtLeast(6, 0);
        insert("{_id: 1, v: 1}");
        try (EventStream available = EventStream.on(
                        db, "docs", "{fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable'}");
                EventStream after = EventStream.on(db, "docs", "{fullDocument: 'required'}");
                EventStream before = EventStream.on(db, "docs", "{fullDocumentBeforeChange: 'required'}")) {
            update("{_id: 1}", "{$set: {v: 2}}");
            BsonDocument event = available.next();
            assertThat(event.get("fullDocument")).isEqualTo(BsonNull.VALUE);
            assertThat(event.get("fullDocumentBeforeChange")).isEqualTo(BsonNull.VALUE);
            int noMatchingDocument = 47;
            assertFails(noMatchingDocument, after::next);
            assertFails(noMatchingDocument, before::next);
        }
    }
}
