/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * What one command or transaction changed, as a journal keeps it: one BSON document. Images before a change are left out;
 * they are what the changes before have made.
 *
 * @param retryable the session and number of a retryable write or transaction, or null
 * @param reply what it was answered with, or null
 */
record JournalRecord(List<ChangeEntry> entries, TransactionId retryable, BsonDocument reply) {

    BsonDocument document() {
        BsonArray array = new BsonArray();
        entries.forEach(entry -> array.add(document(entry)));
        BsonDocument document = new BsonDocument("entries", array);
        if (retryable != null && reply != null) {
            document.append("lsid", retryable.lsid())
                    .append("txnNumber", new BsonInt64(retryable.number()))
                    .append("reply", reply);
        }
        return document;
    }

    static JournalRecord of(BsonDocument document) {
        List<ChangeEntry> entries = new ArrayList<>();
        for (BsonValue entry : document.getArray("entries")) {
            entries.add(entry(entry.asDocument()));
        }
        return new JournalRecord(entries, TransactionId.of(document), Docs.doc(document, "reply"));
    }

    private static BsonDocument document(ChangeEntry entry) {
        BsonDocument document = new BsonDocument("time", new BsonInt64(entry.time()))
                .append("op", Docs.num(entry.op()))
                .append("wall", new BsonInt64(entry.wall()))
                .append("kind", new BsonString(entry.kind().operationType()))
                .append("db", new BsonString(entry.db()))
                .append("uuid", new BsonBinary(entry.uuid()));
        put(document, "coll", entry.coll() == null ? null : new BsonString(entry.coll()));
        put(document, "id", entry.id());
        put(document, "after", entry.after());
        put(document, "detail", entry.detail());
        if (entry.transaction() != null) {
            document.append("lsid", entry.transaction().lsid())
                    .append("txnNumber", new BsonInt64(entry.transaction().number()));
        }
        return document;
    }

    private static void put(BsonDocument document, String name, BsonValue value) {
        if (value != null) {
            document.put(name, value);
        }
    }

    private static ChangeEntry entry(BsonDocument document) {
        BsonDocument after = Docs.doc(document, "after");
        RawBsonDocument image = after == null ? null : Docs.raw(after);
        return new ChangeEntry(
                document.getInt64("time").getValue(),
                document.getInt32("op").getValue(),
                document.getInt64("wall").getValue(),
                Kind.of(document.getString("kind").getValue()),
                document.getString("db").getValue(),
                Docs.text(document, "coll"),
                document.getBinary("uuid").asUuid(),
                document.get("id"),
                null,
                image,
                Docs.doc(document, "detail"),
                TransactionId.of(document));
    }
}
