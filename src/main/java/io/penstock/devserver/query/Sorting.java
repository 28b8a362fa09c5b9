/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.record.BsonOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonUndefined;
import org.bson.BsonValue;

/** The order that a sort document asks for. */
public final class Sorting {
    private Sorting() {}

    /**
     * Compares documents by the fields of a sort document, each 1 or -1: an array counts with its least (greatest) element,
     * a missing field as null, an empty array as undefined.
     */
    public static Comparator<BsonDocument> by(BsonDocument sort) {
        Comparator<BsonDocument> order = null;
        for (Map.Entry<String, BsonValue> field : sort.entrySet()) {
            boolean descending =
                    !field.getValue().isNumber() || field.getValue().asNumber().doubleValue() < 0;
            Comparator<BsonDocument> byField = Comparator.comparing(
                    document -> key(document, field.getKey(), descending),
                    descending ? BsonOrder.ASCENDING.reversed() : BsonOrder.ASCENDING);
            order = order == null ? byField : order.thenComparing(byField);
        }
        return order == null ? Comparator.comparing(document -> 0) : order;
    }

    private static BsonValue key(BsonDocument document, String path, boolean greatest) {
        if (path.indexOf('.') < 0) {
            BsonValue value = document.get(path);
            if (value == null) {
                return BsonNull.VALUE;
            }
            if (!value.isArray()) {
                return value;
            }
            return extreme(value.asArray(), greatest, new BsonUndefined());
        }
        return extreme(Paths.keys(document, path), greatest, BsonNull.VALUE);
    }

    private static BsonValue extreme(List<BsonValue> values, boolean greatest, BsonValue otherwise) {
        if (values instanceof BsonArray array && array.isEmpty()) {
            return otherwise;
        }
        Comparator<BsonValue> order = BsonOrder.ASCENDING;
        return values.stream().max(greatest ? order : order.reversed()).orElse(otherwise);
    }
}
