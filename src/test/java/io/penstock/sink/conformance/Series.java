/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** A series of changes that goes round over some keys: each is inserted, updated, deleted and inserted again. */
final class Series {
    static final Namespace CITIES = new Namespace("geo", "cities");
    private static final long START = 1_760_000_000L;

    private Series() {}

    /** The {@code n}th change, from 0 on. */
    static ChangeRecord nth(long n, int keys) {
        int key = (int) (n % keys);
        long round = n / keys;
        byte[] documentKey = Changes.bson(new BsonDocument("_id", new BsonInt32(key)));
        if (isDeleted(key, round)) {
            return Changes.of(Op.DELETE, CITIES, documentKey, version(n), null);
        }
        Op op = round == 0 || isDeleted(key, round - 1) ? Op.CREATE : Op.UPDATE;
        return Changes.of(op, CITIES, documentKey, version(n), document(key, n));
    }

    /** A thousand a second. */
    static Version version(long n) {
        return Version.event(Changes.clusterTime(START + n / 1000, (int) (n % 1000) + 1));
    }

    /** What is there after so many changes: versions by key, and the documents. */
    static Map<String, Held> after(long count, int keys) {
        Map<String, Held> held = new TreeMap<>();
        for (long n = 0; n < count; n++) {
            ChangeRecord change = nth(n, keys);
            String key = change.key().toString();
            if (change.op() == Op.DELETE) {
                held.remove(key);
            } else {
                held.put(key, Held.of(change));
            }
        }
        return held;
    }

    private static boolean isDeleted(int key, long round) {
        return (key + round) % 4 == 3;
    }

    private static byte[] document(int key, long n) {
        return Changes.bson(new BsonDocument("_id", new BsonInt32(key))
                .append("name", new BsonString("Ωmega\t" + n))
                .append("n", new BsonInt32((int) n)));
    }
}
