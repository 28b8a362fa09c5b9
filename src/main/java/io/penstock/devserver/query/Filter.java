/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A query document, compiled to a predicate on documents. Values are compared by {@link io.penstock.record.BsonOrder}, so
 * every BSON type can be asked for, and numbers are compared exactly.
 */
public final class Filter {
    private Filter() {}

    /**
     * Compiles a query.
     *
     * @throws ServerError when the query is malformed, or uses an operator that this server lacks
     */
    public static Predicate<BsonDocument> of(BsonDocument query) {
        List<Predicate<BsonDocument>> all = new ArrayList<>();
        for (Map.Entry<String, BsonValue> field : query.entrySet()) {
            all.add(clause(field.getKey(), field.getValue()));
        }
        return and(all);
    }

    private static Predicate<BsonDocument> and(List<Predicate<BsonDocument>> all) {
        return switch (all.size()) {
            case 0 -> document -> true;
            case 1 -> all.get(0);
            default -> document -> all.stream().allMatch(one -> one.test(document));
        };
    }

    private static Predicate<BsonDocument> clause(String name, BsonValue value) {
        if (!name.startsWith("$")) {
            return field(name, value);
        }
        return switch (name) {
            case "$and" -> and(list(name, value));
            case "$or" -> {
                List<Predicate<BsonDocument>> any = list(name, value);
                yield document -> any.stream().anyMatch(one -> one.test(document));
            }
            case "$nor" -> {
                List<Predicate<BsonDocument>> none = list(name, value);
                yield document -> none.stream().noneMatch(one -> one.test(document));
            }
            case "$expr" -> Expressions.truth(value);
            case "$jsonSchema" -> {
                Predicate<BsonValue> schema = JsonSchema.of(value);
                yield schema::test;
            }
            case "$comment" -> document -> true;
            case "$alwaysTrue" -> document -> true;
            case "$alwaysFalse" -> document -> false;
            default -> throw ServerError.badValue(
                    "unknown top level operator: " + name
                            + ". If you have a field name that starts with a '$' symbol, consider using $getField or $setField.");
        };
    }

    private static List<Predicate<BsonDocument>> list(String name, BsonValue value) {
        if (!value.isArray() || value.asArray().isEmpty()) {
            throw ServerError.badValue(name + " must be a nonempty array");
        }
        List<Predicate<BsonDocument>> parts = new ArrayList<>();
        for (BsonValue part : value.asArray()) {
            if (!part.isDocument()) {
                throw ServerError.badValue("$or/$and/$nor entries need to be full objects");
            }
            parts.add(of(part.asDocument()));
        }
        return parts;
    }

    /** The condition on one path: an operator document, or a value to be equal to. */
    private static Predicate<BsonDocument> field(String name, BsonValue value) {
        String[] path = Paths.split(name);
        if (!isOperators(value)) {
            return at(path, true, Tests.equal(value));
        }
        BsonDocument operators = value.asDocument();
        List<Predicate<BsonDocument>> all = new ArrayList<>();
        for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
            all.add(operator(path, operator.getKey(), operator.getValue(), operators));
        }
        return and(all);
    }

    static boolean isOperators(BsonValue value) {
        return value.isDocument()
                && !value.asDocument().isEmpty()
                && value.asDocument().getFirstKey().startsWith("$")
                && !value.asDocument().containsKey("$ref");
    }

    private static Predicate<BsonDocument> operator(
            String[] path, String name, BsonValue operand, BsonDocument siblings) {
        return switch (name) {
            case "$ne" -> at(path, true, Tests.equal(operand)).negate();
            case "$nin" -> at(path, true, Tests.in(operand)).negate();
            case "$not" -> not(path, operand);
            case "$exists" -> {
                Predicate<BsonDocument> exists = at(path, false, value -> value != null);
                yield Tests.isTrue(operand) ? exists : exists.negate();
            }
            case "$size" -> at(path, false, Tests.size(operand));
            case "$elemMatch" -> at(path, false, elemMatch(operand));
            case "$all" -> allOf(path, operand);
            case "$options" -> document -> true;
            default -> at(path, true, Tests.operator(name, operand, siblings));
        };
    }

    private static Predicate<BsonDocument> not(String[] path, BsonValue operand) {
        if (operand.isRegularExpression()) {
            return at(path, true, Tests.equal(operand)).negate();
        }
        if (!isOperators(operand)) {
            throw ServerError.badValue("$not needs a regex or a document");
        }
        List<Predicate<BsonDocument>> all = new ArrayList<>();
        BsonDocument operators = operand.asDocument();
        operators.forEach((name, value) -> all.add(operator(path, name, value, operators)));
        return and(all).negate();
    }

    private static Predicate<BsonDocument> allOf(String[] path, BsonValue operand) {
        if (!operand.isArray()) {
            throw ServerError.badValue("$all needs an array");
        }
        List<Predicate<BsonDocument>> all = new ArrayList<>();
        for (BsonValue value : operand.asArray()) {
            boolean elemMatch = isOperators(value) && value.asDocument().containsKey("$elemMatch");
            all.add(
                    elemMatch
                            ? at(path, false, elemMatch(value.asDocument().get("$elemMatch")))
                            : at(path, true, Tests.equal(value)));
        }
        return all.isEmpty() ? document -> false : and(all);
    }

    private static Predicate<BsonValue> elemMatch(BsonValue operand) {
        if (!operand.isDocument()) {
            throw ServerError.badValue("$elemMatch needs an Object");
        }
        Predicate<BsonValue> element = element(operand);
        return value ->
                value != null && value.isArray() && value.asArray().stream().anyMatch(element);
    }

    /** The test that $elemMatch, $pull and array filters put to one element. */
    static Predicate<BsonValue> element(BsonValue condition) {
        boolean onValue = isOperators(condition)
                && !List.of("$and", "$or", "$nor", "$expr")
                        .contains(condition.asDocument().getFirstKey());
        if (onValue) {
            Predicate<BsonDocument> wrapped = field("v", condition);
            return value -> wrapped.test(new BsonDocument("v", value instanceof BsonArray ? wrap(value) : value));
        }
        if (condition.isDocument()) {
            Predicate<BsonDocument> query = of(condition.asDocument());
            return value -> value.isDocument() && query.test(value.asDocument());
        }
        return Tests.equal(condition);
    }

    /** An array inside an array is one element, not looked into again. */
    private static BsonValue wrap(BsonValue array) {
        return new BsonArray(List.of(array));
    }

    private static Predicate<BsonDocument> at(String[] path, boolean elements, Predicate<BsonValue> test) {
        return document -> Paths.any(document, path, 0, elements, test);
    }
}
