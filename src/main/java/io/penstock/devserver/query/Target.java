/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** A document that is being updated in place, addressed by paths without positional operators. */
final class Target {
    /** How far past its end the server lets an update pad an array with nulls. */
    private static final int MAX_PADDING = 1_500_000;

    private final BsonDocument document;
    private final Touched touched = new Touched();

    Target(BsonDocument document) {
        this.document = document;
    }

    Touched touched() {
        return touched;
    }

    BsonValue get(String[] path) {
        BsonValue value = document;
        for (String part : path) {
            value = child(value, part);
        }
        return value;
    }

    void touch(String[] path) {
        touched.add(path);
    }

    void set(String[] path, BsonValue value) {
        BsonValue container = document;
        for (int i = 0; i < path.length - 1; i++) {
            BsonValue next = child(container, path[i]);
            if (next == null) {
                next = new BsonDocument();
                put(container, path, i, next);
            }
            container = next;
        }
        put(container, path, path.length - 1, value);
        touched.add(path);
    }

    void remove(String[] path) {
        BsonValue container = document;
        for (int i = 0; i < path.length - 1; i++) {
            container = child(container, path[i]);
        }
        if (child(container, path[path.length - 1]) == null) {
            return;
        }
        if (container.isDocument()) {
            container.asDocument().remove(path[path.length - 1]);
        } else {
            container.asArray().set(Paths.index(path[path.length - 1]), BsonNull.VALUE);
        }
        touched.add(path);
    }

    private static BsonValue child(BsonValue container, String part) {
        if (container == null) {
            return null;
        }
        if (container.isDocument()) {
            return container.asDocument().get(part);
        }
        int index = container.isArray() ? Paths.index(part) : -1;
        return index >= 0 && index < container.asArray().size()
                ? container.asArray().get(index)
                : null;
    }

    private static void put(BsonValue container, String[] path, int at, BsonValue value) {
        if (container.isDocument()) {
            container.asDocument().put(path[at], value);
        } else if (container.isArray() && Paths.index(path[at]) >= 0) {
            place(container.asArray(), Paths.index(path[at]), value);
        } else {
            String parent = at == 0 ? "" : path[at - 1];
            throw new ServerError(
                    28,
                    "PathNotViable",
                    "Cannot create field '" + path[at] + "' in element {" + parent + ": " + shown(container) + "}");
        }
    }

    private static void place(BsonArray array, int index, BsonValue value) {
        if (index - array.size() > MAX_PADDING) {
            throw ServerError.badValue("can't backfill more than " + MAX_PADDING + " elements");
        }
        while (array.size() <= index) {
            array.add(BsonNull.VALUE);
        }
        array.set(index, value);
    }

    private static String shown(BsonValue value) {
        String json = new BsonDocument("v", value).toJson();
        return json.substring(6, json.length() - 1);
    }
}
