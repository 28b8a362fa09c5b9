/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * The part of the {@code _id} index that a query needs to look at. It may be too wide, never too narrow: the filter is asked
 * again for every row.
 *
 * @param points single values, or null for a range
 * @param from the lower bound, included; null when open
 * @param to the upper bound; null when open
 */
record IdRange(List<BsonValue> points, BsonValue from, BsonValue to, boolean toInclusive, boolean descending) {
    static final IdRange ALL = new IdRange(null, null, null, true, false);

    boolean isAll() {
        return points == null && from == null && to == null;
    }

    IdRange reversed(boolean reverse) {
        return new IdRange(points, from, to, toInclusive, reverse);
    }

    /** The range between {@code min} (included) and {@code max} (not included), either of which may be null. */
    static IdRange bounds(BsonValue min, BsonValue max) {
        return new IdRange(null, min, max, false, false);
    }

    /** What a filter says of {@code _id}. */
    static IdRange of(BsonDocument filter) {
        List<BsonValue> conditions = new ArrayList<>();
        collect(filter, conditions);
        IdRange range = ALL;
        for (BsonValue condition : conditions) {
            if (!isOperators(condition)) {
                return condition.isRegularExpression() ? range : points(List.of(condition));
            }
            BsonDocument operators = condition.asDocument();
            if (operators.containsKey("$eq")) {
                return points(List.of(operators.get("$eq")));
            }
            if (operators.isArray("$in")
                    && operators.getArray("$in").stream().noneMatch(BsonValue::isRegularExpression)) {
                return points(operators.getArray("$in"));
            }
            range = range.narrowed(operators);
        }
        return range;
    }

    private static IdRange points(List<BsonValue> values) {
        List<BsonValue> sorted = new ArrayList<>(values);
        sorted.sort(BsonOrder.ASCENDING);
        return new IdRange(sorted, null, null, true, false);
    }

    private static void collect(BsonDocument filter, List<BsonValue> to) {
        for (Map.Entry<String, BsonValue> clause : filter.entrySet()) {
            if (clause.getKey().equals("_id")) {
                to.add(clause.getValue());
            } else if (clause.getKey().equals("$and") && clause.getValue().isArray()) {
                for (BsonValue part : clause.getValue().asArray()) {
                    if (part.isDocument()) {
                        collect(part.asDocument(), to);
                    }
                }
            }
        }
    }

    private static boolean isOperators(BsonValue value) {
        return value.isDocument()
                && !value.asDocument().isEmpty()
                && value.asDocument().getFirstKey().startsWith("$");
    }

    private IdRange narrowed(BsonDocument operators) {
        BsonValue lower = operators.getOrDefault("$gte", operators.get("$gt"));
        BsonValue upper = operators.getOrDefault("$lte", operators.get("$lt"));
        boolean higher = lower != null && (from == null || BsonOrder.ASCENDING.compare(lower, from) > 0);
        boolean lesser = upper != null && (to == null || BsonOrder.ASCENDING.compare(upper, to) < 0);
        return new IdRange(null, higher ? lower : from, lesser ? upper : to, true, descending);
    }
}
