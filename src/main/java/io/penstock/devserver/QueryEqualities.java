/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What a query says that a document inserted for it must hold: its equalities. */
final class QueryEqualities {
    private QueryEqualities() {}

    static BsonDocument of(BsonDocument query) {
        BsonDocument document = new BsonDocument();
        collect(query, document);
        return document;
    }

    private static void collect(BsonDocument query, BsonDocument to) {
        for (Map.Entry<String, BsonValue> clause : query.entrySet()) {
            BsonValue value = clause.getValue();
            if (clause.getKey().equals("$and")) {
                value.asArray().forEach(part -> collect(part.asDocument(), to));
            } else if (clause.getKey().equals("$or") && value.asArray().size() == 1) {
                collect(value.asArray().get(0).asDocument(), to);
            } else if (!clause.getKey().startsWith("$")) {
                BsonValue equal = equality(value);
                if (equal != null) {
                    put(to, clause.getKey(), equal);
                }
            }
        }
    }

    private static BsonValue equality(BsonValue value) {
        boolean operators = value.isDocument()
                && !value.asDocument().isEmpty()
                && value.asDocument().getFirstKey().startsWith("$");
        if (!operators) {
            return value.isRegularExpression() ? null : value;
        }
        BsonDocument conditions = value.asDocument();
        boolean single = conditions.isArray("$in") && conditions.getArray("$in").size() == 1;
        return single ? conditions.getArray("$in").get(0) : conditions.get("$eq");
    }

    private static void put(BsonDocument document, String path, BsonValue value) {
        String[] parts = io.penstock.devserver.query.Paths.split(path);
        BsonDocument node = document;
        for (int i = 0; i < parts.length - 1; i++) {
            if (!node.isDocument(parts[i])) {
                node.put(parts[i], new BsonDocument());
            }
            node = node.getDocument(parts[i]);
        }
        node.put(parts[parts.length - 1], value);
    }
}
