/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Dotted paths as the query language reads them: through documents, through arrays by position and by element. */
public final class Paths {
    private Paths() {}

    /** The parts of a path; empty parts are kept, because empty field names are allowed. */
    public static String[] split(String path) {
        return path.split("\\.", -1);
    }

    /**
     * Whether the test holds for any value that the path leads to. A missing value is tested as null reference.
     *
     * @param elements whether an array at the path's end is tested by its elements too
     */
    static boolean any(BsonValue value, String[] path, int at, boolean elements, Predicate<BsonValue> test) {
        if (at == path.length) {
            return test.test(value)
                    || (elements
                            && value != null
                            && value.isArray()
                            && value.asArray().stream().anyMatch(test));
        }
        if (value != null && value.isDocument()) {
            return any(value.asDocument().get(path[at]), path, at + 1, elements, test);
        }
        if (value != null && value.isArray()) {
            return anyInArray(value.asArray(), path, at, elements, test);
        }
        return test.test(null);
    }

    private static boolean anyInArray(
            BsonArray array, String[] path, int at, boolean elements, Predicate<BsonValue> test) {
        int index = index(path[at]);
        if (index >= 0 && index < array.size() && any(array.get(index), path, at + 1, elements, test)) {
            return true;
        }
        for (BsonValue element : array) {
            if (element.isDocument() && any(element, path, at, elements, test)) {
                return true;
            }
        }
        return false;
    }

    /** The array position that a part of a path names, or -1. */
    static int index(String part) {
        if (part.isEmpty() || part.length() > 9 || (part.length() > 1 && part.charAt(0) == '0')) {
            return -1;
        }
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(part);
    }

    /** The value at a path through documents only, or null. */
    public static BsonValue get(BsonDocument document, String path) {
        BsonValue value = document;
        for (String part : split(path)) {
            if (value == null || !value.isDocument()) {
                return null;
            }
            value = value.asDocument().get(part);
        }
        return value;
    }

    /** The values that a sort or an index compares: elements of an array, the value itself, or null when it is missing. */
    public static List<BsonValue> keys(BsonDocument document, String path) {
        java.util.ArrayList<BsonValue> found = new java.util.ArrayList<>();
        any(document, split(path), 0, true, value -> {
            if (value != null && !value.isArray()) {
                found.add(value);
            }
            return false;
        });
        return found;
    }
}
