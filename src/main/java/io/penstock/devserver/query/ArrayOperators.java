/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/** Update operators on arrays. A plain push logs the new elements only; everything else logs the whole new array. */
final class ArrayOperators {
    private ArrayOperators() {}

    static void apply(Target target, String operator, String[] path, BsonValue operand) {
        BsonValue old = target.get(path);
        boolean grows = operator.equals("$push") || operator.equals("$addToSet");
        if (old == null && !grows) {
            return;
        }
        if (old != null && !old.isArray()) {
            throw ServerError.badValue("The field '" + String.join(".", path) + "' must be an array but is of type "
                    + TypeNames.of(old.getBsonType()));
        }
        BsonArray array = old == null ? new BsonArray() : old.asArray();
        switch (operator) {
            case "$push" -> push(target, path, old == null, array, operand);
            case "$addToSet" -> addToSet(target, path, old == null, array, operand);
            case "$pull" -> drop(target, path, array, Filter.element(operand));
            case "$pullAll" -> drop(target, path, array, Tests.in(operand));
            default -> pop(target, path, array, operand);
        }
    }

    private static void push(Target target, String[] path, boolean fresh, BsonArray array, BsonValue operand) {
        boolean modified = operand.isDocument() && operand.asDocument().containsKey("$each");
        BsonDocument modifiers = modified ? operand.asDocument() : new BsonDocument();
        List<BsonValue> values = modified ? modifiers.getArray("$each") : List.of(operand);
        if (modifiers.size() <= 1) {
            append(target, path, fresh, array, values);
            return;
        }
        BsonArray changed = new BsonArray(array);
        changed.addAll(position(modifiers, changed.size()), values);
        if (modifiers.containsKey("$sort")) {
            changed.sort(order(modifiers.get("$sort")));
        }
        replace(target, path, array, fresh, slice(changed, modifiers));
    }

    private static int position(BsonDocument modifiers, int size) {
        int position = modifiers.getNumber("$position", new BsonInt32(size)).intValue();
        return Math.min(size, position < 0 ? Math.max(0, size + position) : position);
    }

    private static Comparator<BsonValue> order(BsonValue sort) {
        if (sort.isDocument()) {
            Comparator<BsonDocument> order = Sorting.by(sort.asDocument());
            return (left, right) -> left.isDocument() && right.isDocument()
                    ? order.compare(left.asDocument(), right.asDocument())
                    : BsonOrder.ASCENDING.compare(left, right);
        }
        return sort.asNumber().intValue() < 0 ? BsonOrder.ASCENDING.reversed() : BsonOrder.ASCENDING;
    }

    private static BsonArray slice(BsonArray array, BsonDocument modifiers) {
        if (!modifiers.containsKey("$slice")) {
            return array;
        }
        int slice = modifiers.getNumber("$slice").intValue();
        int from = slice < 0 ? Math.max(0, array.size() + slice) : 0;
        int to = slice < 0 ? array.size() : Math.min(slice, array.size());
        return new BsonArray(array.subList(from, to));
    }

    private static void addToSet(Target target, String[] path, boolean fresh, BsonArray array, BsonValue operand) {
        boolean each = operand.isDocument() && operand.asDocument().containsKey("$each");
        BsonArray added = new BsonArray();
        for (BsonValue value : each ? operand.asDocument().getArray("$each") : List.of(operand)) {
            if (!contains(array, value) && !contains(added, value)) {
                added.add(value);
            }
        }
        append(target, path, fresh, array, added);
    }

    private static boolean contains(BsonArray array, BsonValue value) {
        return array.stream().anyMatch(element -> BsonOrder.ASCENDING.compare(element, value) == 0);
    }

    private static void append(Target target, String[] path, boolean fresh, BsonArray array, List<BsonValue> values) {
        if (fresh) {
            target.set(path, new BsonArray(values));
            return;
        }
        for (BsonValue value : values) {
            array.add(value);
            String[] element = java.util.Arrays.copyOf(path, path.length + 1);
            element[path.length] = String.valueOf(array.size() - 1);
            target.touch(element);
        }
    }

    private static void drop(Target target, String[] path, BsonArray array, Predicate<BsonValue> test) {
        BsonArray kept = new BsonArray(array.stream().filter(test.negate()).toList());
        replace(target, path, array, false, kept);
    }

    private static void pop(Target target, String[] path, BsonArray array, BsonValue operand) {
        double end = operand.isNumber() ? operand.asNumber().doubleValue() : 0;
        if (end != 1 && end != -1) {
            throw ServerError.failedToParse("$pop expects 1 or -1, found: " + operand);
        }
        if (!array.isEmpty()) {
            int from = end < 0 ? 1 : 0;
            BsonArray kept = new BsonArray(array.subList(from, array.size() - 1 + from));
            replace(target, path, array, false, kept);
        }
    }

    private static void replace(Target target, String[] path, BsonArray old, boolean fresh, BsonArray changed) {
        if (fresh || !Sizes.same(old, changed)) {
            target.set(path, changed);
        }
    }
}
