/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ReadConcern;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationStrength;
import com.mongodb.client.model.CreateCollectionOptions;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** Queries: the order of values, index bounds, batches and the commands that a snapshot is planned with. */
class ReadsConformanceITCase extends Conformance {
    /** One {@code _id} of each type that may be one, in the server's order. */
    private static final List<BsonValue> IDS = BsonArray.parse(
            """
            [{"$minKey": 1}, null, {"$numberDouble": "NaN"}, {"$numberLong": "-9223372036854775808"}, -1, 0,
             {"$numberDecimal": "0.1"}, {"$numberDouble": "0.1"}, 5, {"$numberDouble": "9007199254740992"},
             {"$numberLong": "9007199254740993"}, {"$numberDouble": "Infinity"}, "", "Z", "a", "\uFFFD", "\uD83D\uDE00",
             {}, {"k": 1}, {"a": "x"}, {"$binary": {"base64": "", "subType": "00"}},
             {"$binary": {"base64": "AQ==", "subType": "00"}}, {"$binary": {"base64": "AA==", "subType": "80"}},
             {"$binary": {"base64": "AAAAAAAAAAAAAAAAAAAAAA==", "subType": "04"}},
             {"$oid": "000000000000000000000001"}, {"$oid": "ff0000000000000000000001"}, false, true,
             {"$date": {"$numberLong": "-1"}}, {"$date": {"$numberLong": "1"}}, {"$timestamp": {"t": 1, "i": 1}},
             {"$timestamp": {"t": 4000000000, "i": 1}}, {"$code": "x"}, {"$code": "x", "$scope": {}}, {"$maxKey": 1}]""");

    private void insertAllTypes() {
        List<BsonValue> shuffled = new ArrayList<>(IDS);
        Collections.shuffle(shuffled, new Random(7));
        docs.insertMany(shuffled.stream()
                .map(id -> new BsonDocument("_id", id).append("v", id))
                .toList());
    }

    private static List<BsonValue> ids(Iterable<BsonDocument> found) {
        List<BsonValue> ids = new ArrayList<>();
        found.forEach(document -> ids.add(document.get("_id")));
        return ids;
    }

    @Test
    void idsOfAllTypesAreSortedInTheServersOrder() {
        insertAllTypes();
        assertThat(ids(docs.find().sort(bson("{_id: 1}")))).isEqualTo(IDS);
        List<BsonValue> descending = new ArrayList<>(IDS);
        Collections.reverse(descending);
        assertThat(ids(docs.find().sort(bson("{_id: -1}")))).isEqualTo(descending);
    }

    @Test
    void ourOrderIsTheServersOrder() {
        insertAllTypes();
        assertThat(ids(docs.find().sort(bson("{_id: 1}")))).isSortedAccordingTo(BsonOrder.ASCENDING);
        assertThat(ids(docs.find().sort(bson("{v: 1}")))).isEqualTo(IDS);
    }

    @Test
    void rangesOfAFilterKeepToTheirType() {
        insertAllTypes();
        assertThat(ids(docs.find(bson("{_id: {$gte: 0, $lt: 'Z'}}")))).isEmpty();
        assertThat(ids(docs.find(bson("{_id: {$gt: 5}}")).sort(bson("{_id: 1}"))))
                .isEqualTo(IDS.subList(9, 12));
        assertThat(ids(docs.find(bson("{_id: {$gte: ''}}")))).hasSize(5);
        assertThat(ids(docs.find(bson("{_id: {$lt: {$oid: 'f00000000000000000000000'}}}"))))
                .hasSize(1);
    }

    @Test
    void indexBoundsCrossTypesAndLeaveTheUpperBoundOut() {
        insertAllTypes();
        for (int from = 0; from < IDS.size(); from += 3) {
            for (int to = from + 1; to < IDS.size(); to += 5) {
                assertThat(ids(docs.find()
                                .min(new BsonDocument("_id", IDS.get(from)))
                                .max(new BsonDocument("_id", IDS.get(to)))
                                .hint(bson("{_id: 1}"))))
                        .as("from %s to %s", IDS.get(from), IDS.get(to))
                        .isEqualTo(IDS.subList(from, to));
            }
        }
    }

    @Test
    void oneIndexBoundIsEnough() {
        insertAllTypes();
        assertThat(ids(docs.find().min(new BsonDocument("_id", IDS.get(10))).hint(bson("{_id: 1}"))))
                .isEqualTo(IDS.subList(10, IDS.size()));
        assertThat(ids(docs.find().max(new BsonDocument("_id", IDS.get(10))).hint(bson("{_id: 1}"))))
                .isEqualTo(IDS.subList(0, 10));
    }

    @Test
    void indexBoundsNeedAHint() {
        insertAllTypes();
        assertFails(51173, () -> docs.find().min(bson("{_id: 1}")).first());
    }

    @Test
    void indexBoundsFollowTheCollation() {
        db.createCollection(
                "folded",
                new CreateCollectionOptions()
                        .collation(Collation.builder()
                                .locale("en")
                                .collationStrength(CollationStrength.SECONDARY)
                                .build()));
        String find = "{find: 'folded', hint: {_id: 1}, min: {_id: 'B'}, max: {_id: 'a'}";
        assertFails(51175, () -> run(find + "}"));
        assertFails(51174, () -> run(find + ", collation: {locale: 'simple'}}"));
    }

    @Test
    void filtersSortsSkipsLimitsAndProjections() {
        for (int i = 0; i < 10; i++) {
            insert("{_id: " + i + ", m: " + i % 3 + ", n: {x: " + i + "}, l: [" + i + ", " + (i + 1) + "]}");
        }
        assertThat(ids(docs.find(bson("{m: 1}")).sort(bson("{_id: -1}")))).isEqualTo(BsonArray.parse("[7, 4, 1]"));
        assertThat(ids(docs.find(bson("{'n.x': {$in: [2, 5]}}")))).hasSize(2);
        assertThat(ids(docs.find(bson("{l: 4}")))).isEqualTo(BsonArray.parse("[3, 4]"));
        assertThat(ids(docs.find(bson("{$or: [{_id: 1}, {m: 0, _id: {$lt: 3}}]}"))))
                .hasSize(2);
        assertThat(ids(docs.find().sort(bson("{m: 1, _id: -1}")).skip(1).limit(2)))
                .isEqualTo(BsonArray.parse("[6, 3]"));
        assertThat(docs.find(bson("{_id: 3}"))
                        .projection(bson("{'n.x': 1, _id: 0}"))
                        .first())
                .isEqualTo(bson("{n: {x: 3}}"));
        assertThat(docs.find(bson("{_id: 3}")).projection(bson("{l: 0, n: 0}")).first())
                .isEqualTo(bson("{_id: 3, m: 0}"));
    }

    @Test
    void aCursorIsReadInBatchesOfTheWantedSize() {
        docs.insertMany(IntStream.range(0, 10)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList());
        BsonDocument cursor = run("{find: 'docs', batchSize: 4}").getDocument("cursor");
        assertThat(cursor.getArray("firstBatch")).hasSize(4);
        BsonDocument more = db.runCommand(
                        new BsonDocument("getMore", cursor.get("id"))
                                .append("collection", new BsonString("docs"))
                                .append("batchSize", new BsonInt32(5)),
                        BsonDocument.class)
                .getDocument("cursor");
        assertThat(more.getArray("nextBatch")).hasSize(5);
        assertThat(ids(docs.find().batchSize(3).noCursorTimeout(true))).hasSize(10);
        assertThat(run("{find: 'docs', batchSize: 0}").getDocument("cursor").getArray("firstBatch"))
                .isEmpty();
        assertThat(run("{find: 'docs', limit: 3, singleBatch: true}")
                        .getDocument("cursor")
                        .getInt64("id")
                        .getValue())
                .isZero();
    }

    @Test
    void aFirstBatchHas101DocumentsUnlessTold() {
        docs.insertMany(IntStream.range(0, 200)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList());
        assertThat(run("{find: 'docs'}").getDocument("cursor").getArray("firstBatch"))
                .hasSize(101);
    }

    @Test
    void noReplyIsLargerThan16Megabytes() {
        BsonBinary megabyte = new BsonBinary(new byte[1 << 20]);
        for (int i = 0; i < 40; i++) {
            docs.insertOne(new BsonDocument("_id", new BsonInt32(i)).append("b", megabyte));
        }
        RawBsonDocument reply = db.runCommand(bson("{find: 'docs', batchSize: 1000}"), RawBsonDocument.class);
        assertThat(reply.getByteBuffer().remaining()).isLessThan((16 << 20) + (16 << 10));
        assertThat(ids(docs.find().batchSize(1000))).hasSize(40);
        assertThat(docs.aggregate(List.of(bson("{$match: {}}"))).batchSize(1000))
                .hasSize(40);
    }

    @Test
    void aSampleHasTheWantedSizeAndNoDocumentTwice() {
        docs.insertMany(IntStream.range(0, 500)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList());
        List<BsonValue> sample = ids(docs.aggregate(
                List.of(Aggregates.sample(20), bson("{$project: {_id: 1}}"), bson("{$sort: {_id: 1}}"))));
        assertThat(sample).hasSize(20).doesNotHaveDuplicates().isSortedAccordingTo(BsonOrder.ASCENDING);
    }

    @Test
    void bucketsAreOfAboutOneSizeAndTouchEachOther() {
        docs.insertMany(IntStream.range(0, 100)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList());
        List<BsonDocument> buckets = new ArrayList<>();
        docs.aggregate(List.of(Aggregates.bucketAuto("$_id", 4))).into(buckets);
        assertThat(buckets).extracting(b -> b.getInt32("count").getValue()).containsExactly(25, 25, 25, 25);
        for (int i = 1; i < buckets.size(); i++) {
            assertThat(buckets.get(i).getDocument("_id").get("min"))
                    .isEqualTo(buckets.get(i - 1).getDocument("_id").get("max"));
        }
    }

    @Test
    void aCollectionsSizeAndCountAreTold() {
        docs.insertMany(IntStream.range(0, 10)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList());
        BsonDocument stats = run("{collStats: 'docs'}");
        assertThat(stats.getNumber("count").intValue()).isEqualTo(10);
        assertThat(stats.getNumber("size").intValue()).isEqualTo(10 * 14);
        assertThat(stats.getNumber("avgObjSize").intValue()).isEqualTo(14);
        BsonDocument stage = docs.aggregate(List.of(bson("{$collStats: {count: {}, storageStats: {}}}")))
                .first();
        assertThat(stage.getNumber("count").intValue()).isEqualTo(10);
        assertThat(stage.getDocument("storageStats").getNumber("size").intValue())
                .isEqualTo(10 * 14);
        assertThat(docs.estimatedDocumentCount()).isEqualTo(10);
        assertThat(docs.countDocuments(bson("{_id: {$gte: 3}}"))).isEqualTo(7);
    }

    @Test
    void databasesCollectionsAndIndexesAreListed() {
        insert("{_id: 1, v: 1}");
        docs.createIndex(bson("{v: 1}"));
        assertThat(db.listCollectionNames()).containsExactly("docs");
        assertThat(CLIENT.listDatabaseNames()).contains(db.getName());
        assertThat(docs.listIndexes(BsonDocument.class))
                .extracting(i -> i.getString("name").getValue())
                .containsExactlyInAnyOrder("_id_", "v_1");
    }

    @Test
    void aMajorityReadAfterATimeSeesTheWriteOfThatTime() {
        insert("{_id: 1}");
        BsonDocument find = bson("{find: 'docs', readConcern: {level: 'majority'}}");
        find.getDocument("readConcern").append("afterClusterTime", now());
        assertThat(db.runCommand(find, BsonDocument.class).getDocument("cursor").getArray("firstBatch"))
                .hasSize(1);
        assertThat(docs.withReadConcern(ReadConcern.MAJORITY).find(bson("{_id: 1}")))
                .hasSize(1);
    }

    @Test
    void aMissingCollectionIsEmpty() {
        assertThat(db.getCollection("missing").find()).isEmpty();
        assertThat(db.getCollection("missing").countDocuments()).isZero();
    }
}
