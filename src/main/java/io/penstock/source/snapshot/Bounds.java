/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import org.bson.RawBsonDocument;

/** A split's bounds as text, for the one line of the log that names them. */
final class Bounds {
    private static final int LONGEST = 200;

    private Bounds() {}

    static String text(byte[] bound) {
        if (bound == null) {
            return "the end";
        }
        String json = new RawBsonDocument(bound).toJson();
        return json.length() <= LONGEST ? json : json.substring(0, LONGEST) + "…";
    }
}
