/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.RowHash;
import io.penstock.sink.Changes;
import java.util.LinkedHashMap;
import java.util.Map;

/** The vectors of {@code docs/formats.md}: two documents of {@code geo.cities}. */
final class Vectors {
    static final Namespace NS = new Namespace("geo", "cities");
    static final String DIGEST = "f808579d54745be1fd821c6d895a485490c29f83cf340c0378c83f2d977ddd1d";
    static final String EMPTY_ROOT = "fc6e0edf067c2a17f63f9aeb9ec21628d97a6721b2a1c7bd3499e1e60d50d1e9";
    static final String ROOT = "7fdb3759babd894c0b18fb7e69aa0c718e074bb84fd9c9e384f41d93cd43fe39";

    private Vectors() {}

    static Map<Key, byte[]> rows() {
        Map<Key, byte[]> rows = new LinkedHashMap<>();
        for (String json : new String[] {
            "{\"_id\":{\"$numberInt\":\"1\"},\"name\":\"Ulm\"}",
            "{\"_id\":\"stra\u00dfe\",\"at\":{\"$date\":{\"$numberLong\":\"-1\"}}}"
        }) {
            byte[] document = Changes.bson(json);
            Key key = Key.of(document);
            rows.put(key, RowHash.of(NS, key, document));
        }
        return rows;
    }
}
