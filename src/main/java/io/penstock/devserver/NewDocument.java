/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Makes a document fit to be stored: {@code _id} there and first, of an allowed type, not too large. */
final class NewDocument {
    private static final int MAX_BYTES = 16 << 20;

    private NewDocument() {}

    /**
     * The document as it is stored.
     *
     * @throws ServerError 53, 52 or 10334 when it cannot be
     */
    static RawBsonDocument of(BsonDocument document) {
        boolean ready = !document.isEmpty() && document.getFirstKey().equals("_id");
        RawBsonDocument stored = Docs.raw(ready ? document : withIdFirst(document));
        requireId(stored.get("_id"));
        if (stored.getByteLength() > MAX_BYTES) {
            throw new ServerError(
                    10334,
                    "BSONObjectTooLarge",
                    "object to insert too large. size in bytes: " + stored.getByteLength() + ", max size: "
                            + MAX_BYTES);
        }
        return stored;
    }

    private static BsonDocument withIdFirst(BsonDocument document) {
        BsonValue id = document.get("_id");
        BsonDocument ordered = new BsonDocument("_id", id == null ? new BsonObjectId() : id);
        for (Map.Entry<String, BsonValue> field : document.entrySet()) {
            if (!field.getKey().equals("_id")) {
                ordered.put(field.getKey(), field.getValue());
            }
        }
        return ordered;
    }

    private static void requireId(BsonValue id) {
        if (id.isArray() || id.isRegularExpression() || id.getBsonType() == org.bson.BsonType.UNDEFINED) {
            throw new ServerError(
                    53,
                    "InvalidIdField",
                    "The '_id' value cannot be of type " + io.penstock.devserver.query.TypeNames.of(id.getBsonType()));
        }
        if (id.isDocument()) {
            for (String name : id.asDocument().keySet()) {
                if (name.startsWith("$")) {
                    throw new ServerError(
                            52, "DollarPrefixedFieldName", "_id fields may not contain '$'-prefixed fields: " + name);
                }
            }
        }
    }
}
