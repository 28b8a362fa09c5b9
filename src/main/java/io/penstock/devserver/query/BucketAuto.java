/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** {@code $bucketAuto} by a field, with the default output: bounds of buckets that hold about equally many documents. */
final class BucketAuto {
    private BucketAuto() {}

    static Stream<BsonDocument> of(BsonDocument operand, Stream<BsonDocument> documents) {
        if (operand.containsKey("granularity") || operand.containsKey("output")) {
            throw ServerError.badValue("this server's $bucketAuto has neither granularity nor output");
        }
        String field = Pipeline.fieldOf(operand.get("groupBy"));
        int buckets = operand.getNumber("buckets").intValue();
        if (buckets < 1) {
            throw ServerError.location(40243, "The $bucketAuto 'buckets' field must be greater than 0");
        }
        List<BsonValue> values = documents
                .map(document -> Paths.get(document, field))
                .map(value -> value == null ? BsonNull.VALUE : value)
                .sorted(BsonOrder.ASCENDING)
                .toList();
        return cut(values, buckets).stream();
    }

    /** Equal values never part; the last bucket's upper bound is its greatest value, the others' the next one's least. */
    private static List<BsonDocument> cut(List<BsonValue> values, int buckets) {
        int step = Math.max(1, (int) Math.round((double) values.size() / buckets));
        List<BsonDocument> cut = new ArrayList<>();
        int from = 0;
        while (from < values.size()) {
            int to = cut.size() == buckets - 1 ? values.size() : Math.min(values.size(), from + step);
            while (to < values.size() && BsonOrder.ASCENDING.compare(values.get(to), values.get(to - 1)) == 0) {
                to++;
            }
            BsonDocument bounds = new BsonDocument("min", values.get(from))
                    .append("max", values.get(Math.min(to, values.size() - 1)));
            cut.add(new BsonDocument("_id", bounds).append("count", new BsonInt32(to - from)));
            from = to;
        }
        return cut;
    }
}
