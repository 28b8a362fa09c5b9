/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.clusterTime;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Changes of documents of about 250 bytes with ten fields, the same ones each time; made before anything is measured. */
public final class GeneratedChanges {
    private static final List<String> NAMES = List.of("Ulm", "Zürich", "São Paulo", "Αθήνα", "Nagoya", "Springfield");

    /** As many changes as have one second of cluster time. */
    private static final int A_SECOND = 100_000;

    private GeneratedChanges() {}

    /** So many changes, each of another document, whose {@code _id}s are the numbers from 0 on. */
    public static List<ChangeRecord> of(int count) {
        Random random = new Random(1);
        List<ChangeRecord> changes = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            BsonDocument document = new BsonDocument("_id", new BsonInt32(n))
                    .append("name", new BsonString(NAMES.get(random.nextInt(NAMES.size()))))
                    .append("country", new BsonString(String.valueOf((char) ('A' + random.nextInt(26)))))
                    .append("population", new BsonInt32(random.nextInt(10_000_000)))
                    .append("elevation", new BsonDouble(random.nextInt(30_000) / 10.0))
                    .append("modified", new BsonDateTime(1_700_000_000_000L + random.nextInt()))
                    .append(
                            "location",
                            new BsonDocument("lat", new BsonDouble(random.nextDouble() * 180 - 90))
                                    .append("lon", new BsonDouble(random.nextDouble() * 360 - 180)))
                    .append("code", new BsonString(Long.toHexString(random.nextLong())))
                    .append("text", new BsonString("lorem ipsum dolor sit amet ".repeat(1 + random.nextInt(3))))
                    .append("active", BsonBoolean.valueOf(random.nextBoolean()));
            changes.add(Changes.of(
                    Op.UPDATE,
                    CITIES,
                    Changes.bson(new BsonDocument("_id", new BsonInt32(n))),
                    Version.event(clusterTime(1_700_000_000L + n / A_SECOND, n)),
                    Changes.bson(document)));
        }
        return changes;
    }
}
