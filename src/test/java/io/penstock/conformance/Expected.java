/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Compares what came with what a case expects: fields that the case does not name may be there. */
final class Expected {
    private static final BsonValue ANY = new BsonString("$any");
    private static final BsonValue ABSENT = new BsonString("$absent");

    private Expected() {}

    /** Null when it fits, else where and how it does not. */
    static String difference(String path, BsonValue expected, BsonValue found) {
        if (ABSENT.equals(expected)) {
            return found == null ? null : path + " should be absent, is " + found;
        }
        if (found == null) {
            return path + " is absent";
        }
        if (ANY.equals(expected)) {
            return null;
        }
        if (expected.isDocument() && found.isDocument()) {
            return inDocument(path, expected.asDocument(), found.asDocument());
        }
        if (expected.isArray() && found.isArray()) {
            return inArray(path, expected.asArray(), found.asArray());
        }
        boolean numbers = expected.isNumber() && found.isNumber();
        boolean equal = numbers
                ? Double.compare(
                                expected.asNumber().doubleValue(),
                                found.asNumber().doubleValue())
                        == 0
                : expected.equals(found);
        return equal ? null : path + " should be " + expected + ", is " + found;
    }

    private static String inDocument(String path, BsonDocument expected, BsonDocument found) {
        if (expected.isEmpty() && !found.isEmpty() && path.endsWith("updatedFields")) {
            return path + " should be empty, is " + found;
        }
        return expected.entrySet().stream()
                .map(field -> difference(path + "." + field.getKey(), field.getValue(), found.get(field.getKey())))
                .filter(difference -> difference != null)
                .findFirst()
                .orElse(null);
    }

    private static String inArray(String path, BsonArray expected, BsonArray found) {
        if (expected.size() != found.size()) {
            return path + " should have " + expected.size() + " elements, is " + found;
        }
        for (int i = 0; i < expected.size(); i++) {
            String difference = difference(path + "[" + i + "]", expected.get(i), found.get(i));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** The first expected command that was not among those sent, in their order; null when all were. */
    static BsonDocument missing(List<BsonDocument> expected, List<BsonDocument> sent) {
        int at = 0;
        for (BsonDocument one : expected) {
            while (at < sent.size() && difference("", one, sent.get(at)) != null) {
                at++;
            }
            if (at == sent.size()) {
                return one;
            }
            at++;
        }
        return null;
    }
}
