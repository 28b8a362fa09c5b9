/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Updates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/**
 * Writes what exports stumble over, from a seed: {@code _id}s of many types, values of all types, empty and dotted names, truncated
 * arrays, renamed fields, transactions that change a document several times, deletes and re-inserts of one key, replaces
 * that turn an {@code _id} into an equal one of another type, documents fifty levels deep; and, when asked, of 15 MB. Used by
 * one thread.
 */
public final class MixedWriter {
    private static final int LARGE = 15 << 20;
    private static final int DEEP = 50;
    private static final String DEEP_PATH = "deep" + ".d".repeat(DEEP) + ".end";

    private final MongoClient client;
    private final MongoCollection<BsonDocument> collection;
    private final Random random;
    private int large;

    public MixedWriter(MongoClient client, String database, String collection, long seed) {
        this.client = client;
        this.collection = client.getDatabase(database).getCollection(collection, BsonDocument.class);
        this.random = new Random(seed);
    }

    /** Inserts as many documents as there are different keys among the given number of draws. */
    public void fill(int draws) {
        for (int i = 0; i < draws; i++) {
            BsonValue id = id(i);
            collection.replaceOne(Filters.eq(id), document(id), new ReplaceOptions().upsert(true));
        }
    }

    /** One change, or one transaction of several. */
    public void write(int ids) {
        BsonValue id = id(random.nextInt(ids));
        switch (random.nextInt(12)) {
            case 0 -> collection.deleteOne(Filters.eq(id));
            case 1 -> {
                collection.deleteOne(Filters.eq(id));
                collection.insertOne(document(id));
            }
            case 2, 3 -> collection.replaceOne(Filters.eq(id), document(id), new ReplaceOptions().upsert(true));
            case 4 -> transaction(id, ids);
            case 5 -> collection.updateOne(
                    Filters.eq(id),
                    List.of(new Document(
                            "$set",
                            new Document(
                                    "list",
                                    new Document("$slice", List.of(List.of(1, 2, 3, 4, 5), 1 + random.nextInt(4)))))));
            case 6 -> collection.updateOne(
                    Filters.eq(id), Updates.combine(Updates.rename("name", "title"), Updates.inc("count", 1)));
            case 7 -> {
                BsonValue same = sameInAnotherType(id);
                collection.replaceOne(Filters.eq(id), document(same), new ReplaceOptions().upsert(true));
            }
            case 8 -> collection.updateOne(Filters.eq(id), Updates.set(DEEP_PATH, random.nextInt()));
            default -> collection.updateOne(
                    Filters.eq(id),
                    Updates.combine(
                            Updates.set("nested.deep.x", random.nextInt()),
                            Updates.push("list", random.nextInt(9)),
                            Updates.unset("gone"),
                            Updates.set("name", "n" + random.nextInt())));
        }
    }

    /** A document of 15 MB comes, changes a little, goes, and comes back: one of four steps a call. */
    public void writeLarge() {
        BsonValue id = new BsonString("large");
        switch (large++ % 4) {
            case 0, 3 -> collection.replaceOne(Filters.eq(id), largeDocument(id), new ReplaceOptions().upsert(true));
            case 1 -> collection.updateOne(
                    Filters.eq(id), Updates.combine(Updates.set("small", random.nextInt()), Updates.rename("a", "b")));
            default -> collection.deleteOne(Filters.eq(id));
        }
    }

    private BsonDocument largeDocument(BsonValue id) {
        byte[] bytes = new byte[LARGE / 3];
        random.nextBytes(bytes);
        return new BsonDocument("_id", id)
                .append("a", new BsonString("x".repeat(LARGE / 3)))
                .append("bytes", new BsonBinary(bytes))
                .append("c", new BsonString("\"\u00e4\u2028".repeat(LARGE / 18)))
                .append("small", new BsonInt32(0));
    }

    private void transaction(BsonValue id, int ids) {
        try (ClientSession session = client.startSession()) {
            session.withTransaction(() -> {
                for (int i = 0; i < 3; i++) {
                    collection.updateOne(session, Filters.eq(id), Updates.inc("inTransaction", 1));
                }
                BsonValue other = id(random.nextInt(ids));
                collection.deleteOne(session, Filters.eq(other));
                collection.insertOne(session, document(other));
                return null;
            });
        }
    }

    /** MongoDB holds numerically equal ids for one: a replace may change the type. */
    private BsonValue sameInAnotherType(BsonValue id) {
        if (!id.isInt32() && !id.isInt64()) {
            return id;
        }
        long value = id.asNumber().longValue();
        return switch (random.nextInt(4)) {
            case 0 -> new BsonInt32((int) value);
            case 1 -> new BsonInt64(value);
            case 2 -> new BsonDouble(value);
            default -> new BsonDecimal128(new Decimal128(new BigDecimal(value).setScale(2)));
        };
    }

    private static BsonDocument deep(int levels) {
        BsonDocument inner = new BsonDocument("end", new BsonInt32(levels));
        for (int i = 0; i < levels; i++) {
            inner = new BsonDocument("d", inner);
        }
        return inner;
    }

    private static BsonValue id(int n) {
        return switch (n % 9) {
            case 0 -> new BsonInt32(n);
            case 1 -> new BsonInt64(n);
            case 2 -> new BsonDouble(n + 0.5);
            case 3 -> new BsonString("k" + n);
            case 4 -> new BsonObjectId(new ObjectId(n, n));
            case 5 -> new BsonDocument("a", new BsonInt32(n)).append("", new BsonString("x"));
            case 6 -> new BsonDateTime(n * 1000L);
            case 7 -> new BsonBinary((byte) 0x80, new byte[] {(byte) n, (byte) (n >> 8)});
            default -> new BsonDecimal128(new Decimal128(new BigDecimal(n).scaleByPowerOfTen(-3)));
        };
    }

    private BsonDocument document(BsonValue id) {
        BsonDocument document = new BsonDocument("_id", id).append("name", new BsonString("n" + random.nextInt()));
        List<BsonValue> values = new ArrayList<>(List.of(
                new BsonInt64(random.nextLong()),
                new BsonDouble(random.nextDouble()),
                new BsonDecimal128(Decimal128.parse("1E+6144")),
                new BsonBinary(new byte[random.nextInt(50)]),
                BsonNull.VALUE,
                new BsonMinKey(),
                new BsonMaxKey(),
                new BsonRegularExpression("a.*", "i"),
                new BsonTimestamp(random.nextLong()),
                new BsonJavaScript("f()"),
                new BsonJavaScriptWithScope("g()", new BsonDocument("x", new BsonInt32(1))),
                new BsonSymbol("symbol"),
                new BsonUndefined(),
                new BsonDbPointer("a.b", new ObjectId(1, 1)),
                new BsonDouble(Double.NaN),
                new BsonDouble(-0.0),
                new BsonDouble(Double.NEGATIVE_INFINITY),
                new BsonBinary(BsonBinarySubType.UUID_STANDARD, new byte[16]),
                new BsonObjectId(new ObjectId(2, 2)),
                new BsonDateTime(Long.MIN_VALUE),
                new BsonArray(List.of(new BsonArray(List.of(BsonNull.VALUE)), new BsonDocument())),
                BsonBoolean.TRUE,
                new BsonString("\u0000\u2028\uD83D\uDE00\"\\")));
        int fields = random.nextInt(values.size());
        for (int i = 0; i < fields; i++) {
            document.append("f" + i, values.get(random.nextInt(values.size())));
        }
        if (random.nextInt(5) == 0) {
            document.append("", new BsonInt32(1));
            document.append("nested", new BsonDocument("", new BsonInt32(2)).append("ä", new BsonInt32(3)));
        }
        if (random.nextInt(5) == 0) {
            document.append("a.b", new BsonInt32(1));
        }
        if (random.nextInt(20) == 0) {
            document.append("deep", deep(DEEP));
        }
        if (random.nextBoolean()) {
            document.append("gone", new BsonInt32(1))
                    .append("list", new BsonArray(List.of(new BsonInt32(1), new BsonInt32(2))));
        }
        return document;
    }
}
