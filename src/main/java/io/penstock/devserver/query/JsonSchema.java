/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;

/** A {@code $jsonSchema}, compiled to a predicate on values. A keyword that speaks of one type lets values of others pass. */
final class JsonSchema {
    private static final Set<String> DESCRIPTIVE = Set.of("title", "description");
    private static final Set<BsonType> NUMBERS =
            Set.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128);

    private JsonSchema() {}

    /** @throws ServerError when it is malformed, or uses a keyword that this server lacks */
    static Predicate<BsonValue> of(BsonValue schema) {
        if (!schema.isDocument()) {
            throw ServerError.typeMismatch("$jsonSchema must be an object");
        }
        List<Predicate<BsonValue>> all = new ArrayList<>();
        for (Map.Entry<String, BsonValue> keyword : schema.asDocument().entrySet()) {
            if (!DESCRIPTIVE.contains(keyword.getKey())) {
                all.add(keyword(keyword.getKey(), keyword.getValue(), schema.asDocument()));
            }
        }
        return value -> all.stream().allMatch(one -> one.test(value));
    }

    private static Predicate<BsonValue> keyword(String name, BsonValue operand, BsonDocument schema) {
        return switch (name) {
            case "bsonType" -> type(operand);
            case "enum" -> anyOf(operand.asArray(), JsonSchema::equal);
            case "required" -> ofDocument(document -> operand.asArray().stream()
                    .allMatch(field -> document.containsKey(field.asString().getValue())));
            case "properties" -> properties(operand.asDocument());
            case "additionalProperties" -> additional(operand, schema);
            case "minimum" -> ofNumber(value -> BsonOrder.ASCENDING.compare(value, operand) >= 0);
            case "maximum" -> ofNumber(value -> BsonOrder.ASCENDING.compare(value, operand) <= 0);
            case "minLength" -> ofText(
                    text -> length(text) >= operand.asNumber().longValue());
            case "maxLength" -> ofText(
                    text -> length(text) <= operand.asNumber().longValue());
            case "pattern" -> {
                Pattern pattern = Pattern.compile(operand.asString().getValue());
                yield ofText(text -> pattern.matcher(text).find());
            }
            case "items" -> {
                Predicate<BsonValue> item = of(operand);
                yield value -> !value.isArray() || value.asArray().stream().allMatch(item);
            }
            case "anyOf" -> anyOf(operand.asArray(), JsonSchema::of);
            case "allOf" -> anyOf(operand.asArray(), part -> of(part).negate()).negate();
            case "not" -> of(operand).negate();
            default -> throw ServerError.failedToParse("Unknown $jsonSchema keyword: " + name);
        };
    }

    private static Predicate<BsonValue> type(BsonValue operand) {
        if (operand.isArray()) {
            return anyOf(operand.asArray(), JsonSchema::type);
        }
        String name = operand.asString().getValue();
        if (name.equals("number")) {
            return value -> NUMBERS.contains(value.getBsonType());
        }
        int code = TypeNames.code(name);
        return value -> TypeNames.code(value.getBsonType()) == code;
    }

    private static Predicate<BsonValue> equal(BsonValue one) {
        return value -> BsonOrder.ASCENDING.compare(value, one) == 0;
    }

    private interface Part {
        Predicate<BsonValue> of(BsonValue operand);
    }

    private static Predicate<BsonValue> anyOf(List<BsonValue> operands, Part part) {
        List<Predicate<BsonValue>> any = operands.stream().map(part::of).toList();
        return value -> any.stream().anyMatch(one -> one.test(value));
    }

    private static Predicate<BsonValue> properties(BsonDocument operand) {
        List<Map.Entry<String, Predicate<BsonValue>>> fields = operand.entrySet().stream()
                .map(field -> Map.entry(field.getKey(), of(field.getValue())))
                .toList();
        return ofDocument(document -> fields.stream()
                .allMatch(field -> !document.containsKey(field.getKey())
                        || field.getValue().test(document.get(field.getKey()))));
    }

    private static Predicate<BsonValue> additional(BsonValue operand, BsonDocument schema) {
        Set<String> named = schema.getDocument("properties", new BsonDocument()).keySet();
        Predicate<BsonValue> others =
                operand.isBoolean() ? value -> operand.asBoolean().getValue() : of(operand);
        return ofDocument(document -> document.entrySet().stream()
                .allMatch(field -> named.contains(field.getKey()) || others.test(field.getValue())));
    }

    private static Predicate<BsonValue> ofDocument(Predicate<BsonDocument> test) {
        return value -> !value.isDocument() || test.test(value.asDocument());
    }

    private static Predicate<BsonValue> ofNumber(Predicate<BsonValue> test) {
        return value -> !NUMBERS.contains(value.getBsonType()) || test.test(value);
    }

    private static Predicate<BsonValue> ofText(Predicate<String> test) {
        return value -> !value.isString() || test.test(value.asString().getValue());
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
