/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.UpdateOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

/** Writes: what is stored is what was sent, once. */
class WritesConformanceITCase extends Conformance {
    private static final int DUPLICATE_KEY = 11000;

    /** A document with a value of every type, with empty names and dotted ones, and with dollars inside. */
    private static final BsonDocument EVERYTHING = BsonDocument.parse(
            """
            {"_id": 1, "": {"": [[], {}, {"": null}]}, "a.b": {"c.d": 1, "$x": 2}, "double": {"$numberDouble": "-0.0"},
             "nan": {"$numberDouble": "NaN"}, "text": "\\u0000é\uD83D\uDE00", "undefined": {"$undefined": true},
             "generic": {"$binary": {"base64": "AQI=", "subType": "00"}}, "function": {"$binary": {"base64": "AQ==", "subType": "01"}},
             "old": {"$binary": {"base64": "AQ==", "subType": "02"}}, "uuid": {"$binary": {"base64": "AAECAwQFBgcICQoLDA0ODw==", "subType": "04"}},
             "oldUuid": {"$binary": {"base64": "AAECAwQFBgcICQoLDA0ODw==", "subType": "03"}}, "md5": {"$binary": {"base64": "AA==", "subType": "05"}},
             "sealed": {"$binary": {"base64": "AQ==", "subType": "06"}},
             "user": {"$binary": {"base64": "AQ==", "subType": "80"}}, "id": {"$oid": "000102030405060708090a0b"},
             "true": true, "date": {"$date": {"$numberLong": "-62135596800001"}}, "null": null,
             "regex": {"$regularExpression": {"pattern": "^a/", "options": "imsx"}},
             "pointer": {"$dbPointer": {"$ref": "a.b", "$id": {"$oid": "000102030405060708090a0b"}}},
             "code": {"$code": "return 1"}, "symbol": {"$symbol": "s"}, "scoped": {"$code": "x", "$scope": {"a": {"$undefined": true}}},
             "int": 2147483647, "timestamp": {"$timestamp": {"t": 4294967295, "i": 4294967295}}, "long": {"$numberLong": "9223372036854775807"},
             "decimal": {"$numberDecimal": "-1.230E+6000"}, "min": {"$minKey": 1}, "max": {"$maxKey": 1}}""");

    private static byte[] bytes(BsonDocument document) {
        RawBsonDocument raw = document instanceof RawBsonDocument already
                ? already
                : new RawBsonDocument(document, new BsonDocumentCodec());
        ByteBuffer buffer = raw.getByteBuffer().asNIO();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private byte[] stored() {
        return bytes(docs.find(RawBsonDocument.class).first());
    }

    @Test
    void everyTypeComesBackByteForByte() {
        docs.insertOne(EVERYTHING);
        assertThat(stored()).isEqualTo(bytes(EVERYTHING));
    }

    @Test
    void everyTypeComesBackByteForByteFromAnEvent() {
        try (var cursor = docs.watch().withDocumentClass(RawBsonDocument.class).cursor()) {
            docs.insertOne(EVERYTHING);
            assertThat(bytes(cursor.next().getDocument("fullDocument"))).isEqualTo(bytes(EVERYTHING));
        }
    }

    @Test
    void everyTypeSurvivesAnUpdateAndAReplaceBesideIt() {
        docs.insertOne(EVERYTHING);
        update("{_id: 1}", "{$set: {more: 1}}");
        BsonDocument more = EVERYTHING.clone().append("more", new BsonInt32(1));
        assertThat(stored()).isEqualTo(bytes(more));
        docs.replaceOne(bson("{_id: 1}"), EVERYTHING);
        assertThat(stored()).isEqualTo(bytes(EVERYTHING));
    }

    @Test
    void aNameThatADocumentUsesTwiceComesBackTwice() {
        byte[] twice = bytes(bson("{_id: 1, a: 1, b: 2}"));
        int nameOfB = twice.length - 7;
        assertThat(twice[nameOfB]).isEqualTo((byte) 'b');
        twice[nameOfB] = 'a';
        db.getCollection("docs", RawBsonDocument.class).insertOne(new RawBsonDocument(twice));
        assertThat(stored()).isEqualTo(twice);
    }

    @Test
    void equalNumbersAreOneKeyAndUnequalOnesAreNot() {
        insert("{_id: 1}");
        for (String same : List.of("1.0", "{$numberLong: '1'}", "{$numberDecimal: '1.00'}")) {
            MongoWriteException error =
                    catchThrowableOfType(MongoWriteException.class, () -> insert1("{_id: " + same + "}"));
            assertThat(error).as(same).isNotNull();
            assertThat(error.getCode()).isEqualTo(DUPLICATE_KEY);
        }
        insert1("{_id: {$numberLong: '9007199254740993'}}");
        insert1("{_id: {$numberDouble: '9007199254740992'}}");
        insert1("{_id: {a: 1}}");
        assertThat(catchThrowableOfType(MongoWriteException.class, () -> insert1("{_id: {a: 1.0}}")))
                .isNotNull();
        assertThat(docs.find(bson("{_id: {$numberDecimal: '1'}}")).first()).isEqualTo(bson("{_id: 1}"));
    }

    private void insert1(String document) {
        docs.insertOne(bson(document));
    }

    @Test
    void someTypesAreNoIds() {
        for (String id : List.of("[1]", "{$undefined: true}", "{$regularExpression: {pattern: 'a', options: ''}}")) {
            assertThat(catchThrowableOfType(MongoWriteException.class, () -> insert1("{_id: " + id + "}")))
                    .as(id)
                    .isNotNull();
        }
    }

    @Test
    void anIdIsMadeWhenMissingAndStandsFirst() {
        run("{insert: 'docs', documents: [{a: 1}, {b: 2, _id: 7}]}");
        List<BsonDocument> found = docs.find().sort(bson("{_id: -1}")).into(new java.util.ArrayList<>());
        assertThat(found.get(0).keySet()).containsExactly("_id", "a");
        assertThat(found.get(0).isObjectId("_id")).isTrue();
        assertThat(found.get(1).keySet()).containsExactly("_id", "b");
    }

    @Test
    void aDocumentOf16MegabytesIsTakenAndALargerOneRefused() {
        BsonDocument large =
                new BsonDocument("_id", new BsonInt32(1)).append("b", new BsonBinary(new byte[(16 << 20) - 50]));
        docs.insertOne(large);
        assertThat(stored()).isEqualTo(bytes(large));
        BsonDocument larger =
                new BsonDocument("_id", new BsonInt32(2)).append("b", new BsonBinary(new byte[(16 << 20) + 50]));
        Throwable error = org.assertj.core.api.Assertions.catchThrowable(() -> docs.insertOne(larger));
        assertThat(error).isNotNull();
        assertThat(docs.countDocuments(bson("{_id: 2}"))).isZero();
    }

    @Test
    void anOrderedBulkStopsAtItsFirstErrorAnUnorderedOneDoesNot() {
        List<BsonDocument> three = List.of(bson("{_id: 1}"), bson("{_id: 1}"), bson("{_id: 2}"));
        MongoBulkWriteException ordered =
                catchThrowableOfType(MongoBulkWriteException.class, () -> docs.insertMany(three));
        assertThat(ordered.getWriteErrors()).extracting(e -> e.getIndex()).containsExactly(1);
        assertThat(docs.countDocuments()).isEqualTo(1);
        docs.deleteMany(bson("{}"));
        MongoBulkWriteException unordered = catchThrowableOfType(
                MongoBulkWriteException.class, () -> docs.insertMany(three, new InsertManyOptions().ordered(false)));
        assertThat(unordered.getWriteErrors()).extracting(e -> e.getIndex()).containsExactly(1);
        assertThat(docs.countDocuments()).isEqualTo(2);
    }

    @Test
    void updateOperators() {
        insert("{_id: 1, n: 1, l: [1, 2, 3, 2], s: {a: 1}, m: 5}");
        update(
                "{_id: 1}",
                "{$inc: {n: 2}, $mul: {m: 3}, $min: {'s.a': 0}, $max: {top: 7}, $pull: {l: 2}, $unset: {nothing: ''}}");
        assertThat(docs.find().first()).isEqualTo(bson("{_id: 1, n: 3, l: [1, 3], s: {a: 0}, m: 15, top: 7}"));
        update(
                "{_id: 1}",
                "{$addToSet: {l: {$each: [3, 4]}}, $pop: {gone: 1}, $push: {p: {$each: [3, 1, 2], $sort: 1}}, $rename: {top: 't'}}");
        assertThat(docs.find().first())
                .isEqualTo(bson("{_id: 1, n: 3, l: [1, 3, 4], s: {a: 0}, m: 15, p: [1, 2, 3], t: 7}"));
    }

    @Test
    void elementsOfAnArrayAreUpdatedByFilter() {
        insert("{_id: 1, l: [{k: 1, v: 0}, {k: 2, v: 0}, {k: 2, v: 1}]}");
        docs.updateOne(
                bson("{_id: 1}"),
                bson("{$set: {'l.$[e].v': 9}}"),
                new UpdateOptions().arrayFilters(List.of(bson("{'e.k': 2}"))));
        assertThat(docs.find().first()).isEqualTo(bson("{_id: 1, l: [{k: 1, v: 0}, {k: 2, v: 9}, {k: 2, v: 9}]}"));
        docs.updateOne(bson("{_id: 1, 'l.k': 1}"), bson("{$set: {'l.$.v': 5}}"));
        assertThat(docs.find().first().getArray("l").get(0)).isEqualTo(bson("{k: 1, v: 5}"));
    }

    @Test
    void updatesByPipeline() {
        insert("{_id: 1, a: 2}", "{_id: 2, a: 3}");
        docs.updateMany(bson("{}"), List.of(bson("{$set: {b: {$add: ['$a', 1]}}}"), bson("{$unset: 'a'}")));
        assertThat(docs.find().sort(bson("{_id: 1}"))).containsExactly(bson("{_id: 1, b: 3}"), bson("{_id: 2, b: 4}"));
    }

    /** As a replacement it would be refused: its names begin with a dollar sign. */
    @Test
    void aLiteralPipelineReplacesByADocumentOfAnyNames() {
        BsonDocument odd = bson("{_id: 1, a: 1}");
        odd.append("$set", new BsonInt32(2)).append("a.b", new BsonInt32(3)).append("", new BsonInt32(4));
        List<BsonDocument> pipeline = List.of(new BsonDocument("$replaceWith", new BsonDocument("$literal", odd)));
        docs.updateOne(bson("{_id: 1}"), pipeline, new UpdateOptions().upsert(true));
        assertThat(docs.find().first()).isEqualTo(odd);
        odd.append("$set", new BsonInt32(5));
        docs.updateOne(bson("{_id: 1}"), pipeline, new UpdateOptions().upsert(true));
        assertThat(docs.find()).containsExactly(odd);
    }

    @Test
    void anUnacknowledgedWriteHappens() {
        docs.withWriteConcern(WriteConcern.UNACKNOWLEDGED).insertOne(bson("{_id: 1}"));
        Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> docs.countDocuments() == 1);
    }

    @Test
    void aMajorityWriteIsAcknowledged() {
        assertThat(docs.withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
                        .insertOne(bson("{_id: 1}"))
                        .wasAcknowledged())
                .isTrue();
    }

    private BsonDocument retryable(ClientSession session, String command, long number) {
        return db.runCommand(session, bson(command).append("txnNumber", new BsonInt64(number)), BsonDocument.class);
    }

    @Test
    void aRetriedWriteHappensOnceAndIsAnsweredTheSame() {
        insert("{_id: 1, n: 0}");
        try (EventStream stream = EventStream.on(db, "docs", "{}");
                ClientSession session = CLIENT.startSession()) {
            String increment = "{update: 'docs', updates: [{q: {_id: 1}, u: {$inc: {n: 1}}}]}";
            String modify = "{findAndModify: 'docs', query: {_id: 1}, update: {$inc: {n: 10}}, new: true}";
            String add = "{insert: 'docs', documents: [{_id: 2}, {_id: 3}]}";
            String remove = "{delete: 'docs', deletes: [{q: {_id: 3}, limit: 1}]}";
            for (String command : List.of(increment, modify, add, remove)) {
                long number = session.getServerSession().advanceTransactionNumber();
                BsonDocument first = retryable(session, command, number);
                BsonDocument again = retryable(session, command, number);
                assertThat(again.get("n")).isEqualTo(first.get("n"));
                assertThat(again.get("nModified")).isEqualTo(first.get("nModified"));
                assertThat(again.get("value")).isEqualTo(first.get("value"));
            }
            assertThat(operations(stream.next(5))).containsExactly("update", "update", "insert", "insert", "delete");
        }
        assertThat(docs.find().sort(bson("{_id: 1}"))).containsExactly(bson("{_id: 1, n: 11}"), bson("{_id: 2}"));
    }

    @Test
    void anOlderNumberOfASessionIsRefused() {
        try (ClientSession session = CLIENT.startSession()) {
            long older = session.getServerSession().advanceTransactionNumber();
            long newer = session.getServerSession().advanceTransactionNumber();
            retryable(session, "{insert: 'docs', documents: [{_id: 1}]}", newer);
            int transactionTooOld = 225;
            assertFails(transactionTooOld, () -> retryable(session, "{insert: 'docs', documents: [{_id: 2}]}", older));
        }
    }

    @Test
    void theDriverRetriesAWriteWhoseAnswerWasLost() {
        ConformanceServer.requireTestCommands();
        admin(
                "{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands: ['insert'], closeConnection: true}}");
        docs.insertOne(bson("{_id: 1}"));
        assertThat(docs.countDocuments()).isEqualTo(1);
    }

    @Test
    void aUniqueIndexHolds() {
        docs.createIndex(bson("{v: 1}"), new com.mongodb.client.model.IndexOptions().unique(true));
        insert1("{_id: 1, v: 1}");
        assertThat(catchThrowableOfType(MongoWriteException.class, () -> insert1("{_id: 2, v: 1}"))
                        .getCode())
                .isEqualTo(DUPLICATE_KEY);
    }

    @Test
    void mixedBulksAreCounted() {
        var result = docs.bulkWrite(
                List.of(
                        new com.mongodb.client.model.InsertOneModel<>(bson("{_id: 1}")),
                        new com.mongodb.client.model.UpdateOneModel<>(bson("{_id: 1}"), bson("{$set: {v: 1}}")),
                        new com.mongodb.client.model.ReplaceOneModel<>(
                                bson("{_id: 2}"),
                                bson("{v: 2}"),
                                new com.mongodb.client.model.ReplaceOptions().upsert(true)),
                        new com.mongodb.client.model.DeleteManyModel<>(bson("{v: 1}"))),
                new BulkWriteOptions());
        assertThat(List.of(
                        result.getInsertedCount(),
                        result.getModifiedCount(),
                        result.getDeletedCount(),
                        result.getUpserts().size()))
                .containsExactly(1, 1, 1, 1);
        assertThat(new BsonArray(docs.find().into(new java.util.ArrayList<>())))
                .isEqualTo(BsonArray.parse("[{_id: 2, v: 2}]"));
    }

    @Test
    void aValidatorRefusesWhatItDoesNotDescribe() {
        run(
                """
                {create: "checked", validator: {$jsonSchema: {
                  bsonType: "object", required: ["n"],
                  properties: {n: {bsonType: ["int", "long"], minimum: 1}, s: {bsonType: "string", pattern: "^[a-z]+$"},
                    e: {enum: ["A", "B"]}, sub: {bsonType: "object", additionalProperties: {bsonType: "string"}},
                    list: {bsonType: "array", items: {bsonType: "date"}}}}}}
                """);
        var checked = db.getCollection("checked", BsonDocument.class);
        checked.insertOne(bson("{_id: 1, n: 1, s: 'ab', e: 'A', sub: {x: 'y'}, list: [], other: 1.5}"));
        for (String refused : List.of(
                "{_id: 2}",
                "{_id: 2, n: 0}",
                "{_id: 2, n: 1.5}",
                "{_id: 2, n: 1, s: 'A'}",
                "{_id: 2, n: 1, e: 'C'}",
                "{_id: 2, n: 1, sub: {x: 1}}",
                "{_id: 2, n: 1, list: [1]}")) {
            MongoWriteException error =
                    catchThrowableOfType(MongoWriteException.class, () -> checked.insertOne(bson(refused)));
            assertThat(error).as(refused).isNotNull();
            assertThat(error.getError().getCode()).as(refused).isEqualTo(121);
        }
        MongoWriteException update = catchThrowableOfType(
                MongoWriteException.class, () -> checked.updateOne(bson("{_id: 1}"), bson("{$set: {n: 'one'}}")));
        assertThat(update.getError().getCode()).isEqualTo(121);
        run("{collMod: \"checked\", validator: {}}");
        checked.updateOne(bson("{_id: 1}"), bson("{$set: {n: 'one'}}"));
        assertThat(checked.countDocuments()).isEqualTo(1);
    }
}
