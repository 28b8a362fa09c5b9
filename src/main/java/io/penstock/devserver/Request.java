/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A command to answer.
 *
 * @param name the command's name
 * @param db the database that it is for
 * @param transaction the open transaction that it is part of, or null
 */
record Request(String name, String db, BsonDocument body, Connection connection, Transaction transaction) {
    static Request of(BsonDocument body, Connection connection) {
        String db = Docs.text(body, "$db");
        return new Request(body.getFirstKey(), db == null ? "admin" : db, body, connection, null);
    }

    Request in(Transaction open) {
        return new Request(name, db, body, connection, open);
    }

    /** The collection that the command's first field names. */
    String collection() {
        BsonValue value = body.get(name);
        if (!value.isString()) {
            throw new ServerError(73, "InvalidNamespace", "collection name has invalid type " + value.getBsonType());
        }
        return value.asString().getValue();
    }

    String namespace() {
        return db + "." + collection();
    }

    List<BsonValue> list(String field) {
        BsonValue value = body.get(field);
        if (value == null || !value.isArray()) {
            throw ServerError.location(
                    40414, "BSON field '" + name + "." + field + "' is missing but a required field");
        }
        return value.asArray();
    }

    BsonArray array(String field) {
        BsonValue value = body.get(field);
        return value != null && value.isArray() ? value.asArray() : new BsonArray();
    }

    /** The number of a retryable write, or null; a transaction's commands have none of their own. */
    TransactionId retryable() {
        return transaction == null ? TransactionId.of(body) : null;
    }
}
