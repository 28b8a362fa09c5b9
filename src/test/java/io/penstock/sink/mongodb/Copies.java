/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.client.MongoClient;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/** The documents {@code {_id, n}} of {@code geo.cities} and their copies, and a server's commands that fail on purpose. */
final class Copies {
    private Copies() {}

    /** @param mode as the server's fail points have it: {@code 'off'}, {@code {skip: 1, times: 1}} */
    static void fail(MongoClient client, String mode, String how) {
        client.getDatabase("admin")
                .runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: " + mode
                        + ", data: {failCommands: ['find', 'insert', 'update', 'delete', 'getMore'], " + how + "}}"));
    }

    /** The {@code n} of each document, by {@code _id}. */
    static Map<Integer, Integer> rows(MongoClient client) {
        Map<Integer, Integer> rows = new TreeMap<>();
        client.getDatabase("copy")
                .getCollection("cities", BsonDocument.class)
                .find()
                .forEach(each -> rows.put(
                        each.getInt32("_id").getValue(), each.getInt32("n").getValue()));
        return rows;
    }

    /** The {@code n} is its version, too. */
    static ChangeRecord insert(int key, int n) {
        return Changes.insert(
                Changes.CITIES,
                "{_id: " + key + "}",
                Version.event(Changes.clusterTime(1_760_000_000L, n)),
                Changes.bson("{_id: " + key + ", n: " + n + "}"));
    }

    static ChangeRecord delete(int key, int n) {
        return Changes.delete(
                Changes.CITIES, "{_id: " + key + "}", Version.event(Changes.clusterTime(1_760_000_000L, n)));
    }
}
