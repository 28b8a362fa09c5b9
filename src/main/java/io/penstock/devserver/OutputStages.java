/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Update;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** {@code $out} and {@code $merge} at the end of a pipeline. */
final class OutputStages {
    private final Store store;
    private final String db;

    OutputStages(Store store, String db) {
        this.store = store;
        this.db = db;
    }

    void write(BsonDocument stage, List<BsonDocument> documents) {
        String name = stage.getFirstKey();
        BsonValue operand = stage.get(name);
        BsonValue into = name.equals("$merge") && operand.isDocument()
                ? operand.asDocument().get("into")
                : operand;
        String toDb = into.isDocument() ? Docs.text(into.asDocument(), "db") : db;
        String toName = into.isDocument()
                ? Docs.text(into.asDocument(), "coll")
                : into.asString().getValue();
        store.write(
                (TransactionId) null,
                writer -> {
                    if (name.equals("$out")) {
                        replace(writer, toDb, toName, documents);
                    } else {
                        merge(writer, toDb, toName, operand, documents);
                    }
                    return Docs.ok();
                },
                reply -> null);
    }

    /** The new collection is made under a temporary name and renamed: that renaming is all that the log shows of it. */
    private static void replace(Writer writer, String db, String name, List<BsonDocument> documents) {
        StoredCollection old = writer.store().catalog().find(db, name);
        long time = writer.store().nextTime();
        BsonDocument options = old == null ? new BsonDocument() : old.options();
        StoredCollection made = writer.create(db, "tmp.agg_out." + Long.toHexString(time), options);
        documents.forEach(document -> writer.insert(made, NewDocument.of(document)));
        writer.rename(made, db, name);
    }

    private static void merge(Writer writer, String db, String name, BsonValue operand, List<BsonDocument> documents) {
        BsonDocument options = operand.isDocument() ? operand.asDocument() : new BsonDocument();
        String matched = options.isString("whenMatched") ? Docs.text(options, "whenMatched") : "merge";
        String otherwise = options.isString("whenNotMatched") ? Docs.text(options, "whenNotMatched") : "insert";
        StoredCollection target = writer.collectionOrNew(db, name);
        for (BsonDocument made : documents) {
            RawBsonDocument document = NewDocument.of(made);
            Row row = target.row(document.get("_id"));
            RawBsonDocument before = row == null ? null : row.at(writer.readTime(), null);
            if (before == null && otherwise.equals("insert")) {
                writer.insert(target, document);
            } else if (before != null && !matched.equals("keepExisting")) {
                writer.requireFree(row);
                change(writer, target, row, before, document, matched);
            } else if (otherwise.equals("fail")) {
                throw ServerError.location(13113, "$merge could not find a matching document in the target collection");
            }
        }
    }

    private static void change(
            Writer writer, StoredCollection target, Row row, RawBsonDocument before, RawBsonDocument made, String how) {
        if (how.equals("fail")) {
            throw StoredIndex.duplicate(target, "_id_", new BsonDocument("_id", made.get("_id")));
        }
        BsonDocument fields = Docs.decoded(made);
        fields.remove("_id");
        boolean replaces = how.equals("replace");
        Update update = Update.of(replaces ? made : new BsonDocument("$set", fields));
        Update.Result result = update.apply(
                before,
                new Update.Context(
                        new BsonDocument(), new BsonArray(), writer.store().millis(), false));
        RawBsonDocument after = NewDocument.of(result.document());
        if (!after.equals(before)) {
            writer.update(target, row, before, after, result.description());
        }
    }
}
