/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The projection of a find. Inclusion and exclusion of paths are done here, computed fields by the library's stage. */
public final class Projection {
    private final boolean including;
    private final boolean id;
    private final BsonDocument tree;

    private Projection(boolean including, boolean id, BsonDocument tree) {
        this.including = including;
        this.id = id;
        this.tree = tree;
    }

    /** The projection as a function; a null or empty one gives every document as it is. */
    public static UnaryOperator<BsonDocument> of(BsonDocument projection) {
        if (projection == null || projection.isEmpty()) {
            return document -> document;
        }
        BsonDocument tree = new BsonDocument();
        boolean including = false;
        for (Map.Entry<String, BsonValue> field : projection.entrySet()) {
            BsonValue value = field.getValue();
            if (!value.isBoolean() && !value.isNumber()) {
                BsonDocument stage = new BsonDocument("$project", projection);
                return document -> Expressions.stage(stage, Stream.of(document))
                        .findFirst()
                        .orElseThrow();
            }
            if (!field.getKey().equals("_id")) {
                including |= Tests.isTrue(value);
                grow(tree, Paths.split(field.getKey()), value);
            }
        }
        BsonValue id = projection.get("_id");
        boolean onlyId = tree.isEmpty() && id != null && Tests.isTrue(id);
        return new Projection(including || onlyId, id == null || Tests.isTrue(id), tree)::apply;
    }

    private static void grow(BsonDocument tree, String[] path, BsonValue leaf) {
        BsonDocument node = tree;
        for (int i = 0; i < path.length - 1; i++) {
            BsonValue next = node.get(path[i]);
            if (next == null || !next.isDocument()) {
                next = new BsonDocument();
                node.put(path[i], next);
            }
            node = next.asDocument();
        }
        node.put(path[path.length - 1], leaf);
    }

    private BsonDocument apply(BsonDocument document) {
        BsonDocument projected = new BsonDocument();
        document.forEach((name, value) -> {
            if (name.equals("_id")) {
                if (id) {
                    projected.put(name, value);
                }
            } else {
                keep(projected, name, value, tree.get(name));
            }
        });
        return projected;
    }

    private void keep(BsonDocument to, String name, BsonValue value, BsonValue node) {
        BsonValue kept = kept(value, node);
        if (kept != null) {
            to.put(name, kept);
        }
    }

    private BsonValue kept(BsonValue value, BsonValue node) {
        if (node == null) {
            return including ? null : value;
        }
        if (!node.isDocument()) {
            return including ? value : null;
        }
        if (value.isDocument()) {
            BsonDocument inner = new BsonDocument();
            value.asDocument()
                    .forEach((name, field) ->
                            keep(inner, name, field, node.asDocument().get(name)));
            return inner;
        }
        if (value.isArray()) {
            BsonArray inner = new BsonArray();
            for (BsonValue element : value.asArray()) {
                BsonValue kept =
                        element.isDocument() || element.isArray() ? kept(element, node) : including ? null : element;
                if (kept != null) {
                    inner.add(kept);
                }
            }
            return inner;
        }
        return including ? null : value;
    }
}
