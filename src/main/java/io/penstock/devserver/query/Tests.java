/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonType;
import org.bson.BsonValue;

/** The tests that query operators put to a single value; a missing value is the null reference. */
final class Tests {
    private Tests() {}

    static Predicate<BsonValue> operator(String name, BsonValue operand, BsonDocument siblings) {
        return switch (name) {
            case "$eq" -> operand.isRegularExpression() ? same(operand) : equal(operand);
            case "$gt" -> compared(operand, order -> order > 0, false);
            case "$gte" -> compared(operand, order -> order >= 0, true);
            case "$lt" -> compared(operand, order -> order < 0, false);
            case "$lte" -> compared(operand, order -> order <= 0, true);
            case "$in" -> in(operand);
            case "$regex" -> regex(operand, siblings.get("$options"));
            case "$mod" -> mod(operand);
            case "$type" -> type(operand);
            case "$bitsAllSet" -> bits(operand, (value, mask) -> (value & mask) == mask);
            case "$bitsAnySet" -> bits(operand, (value, mask) -> (value & mask) != 0);
            case "$bitsAllClear" -> bits(operand, (value, mask) -> (value & mask) == 0);
            case "$bitsAnyClear" -> bits(operand, (value, mask) -> (value & mask) != mask);
            default -> throw ServerError.badValue("unknown operator: " + name);
        };
    }

    /** Equality as a bare value asks for it: null finds missing too, a regular expression finds strings that match. */
    static Predicate<BsonValue> equal(BsonValue wanted) {
        if (wanted.isRegularExpression()) {
            return regex(wanted, null).or(same(wanted));
        }
        return same(wanted);
    }

    private static Predicate<BsonValue> same(BsonValue wanted) {
        if (wanted.isNull()) {
            return value -> value == null || value.isNull();
        }
        return value -> value != null && BsonOrder.ASCENDING.compare(value, wanted) == 0;
    }

    static Predicate<BsonValue> in(BsonValue operand) {
        if (!operand.isArray()) {
            throw ServerError.badValue("$in needs an array");
        }
        List<Predicate<BsonValue>> any = new ArrayList<>();
        operand.asArray().forEach(wanted -> any.add(equal(wanted)));
        return value -> any.stream().anyMatch(one -> one.test(value));
    }

    /** Orders are asked within a type only, except against MinKey and MaxKey; NaN is equal to itself and else in no order. */
    private static Predicate<BsonValue> compared(BsonValue operand, IntPredicate wanted, boolean orEqual) {
        if (operand.isNull()) {
            return orEqual ? same(operand) : value -> false;
        }
        int rank = BsonOrder.rank(operand.getBsonType());
        boolean acrossTypes = operand.getBsonType() == BsonType.MIN_KEY || operand.getBsonType() == BsonType.MAX_KEY;
        boolean nan = isNaN(operand);
        return value -> {
            if (value == null || (!acrossTypes && BsonOrder.rank(value.getBsonType()) != rank)) {
                return false;
            }
            if (nan || isNaN(value)) {
                return orEqual && nan && isNaN(value);
            }
            return wanted.test(BsonOrder.ASCENDING.compare(value, operand));
        };
    }

    private static boolean isNaN(BsonValue value) {
        return (value.isDouble() && Double.isNaN(value.asDouble().getValue()))
                || (value.isDecimal128() && value.asDecimal128().getValue().isNaN());
    }

    static Predicate<BsonValue> regex(BsonValue operand, BsonValue options) {
        BsonRegularExpression regex = operand.isRegularExpression()
                ? operand.asRegularExpression()
                : operand.isString()
                        ? new BsonRegularExpression(operand.asString().getValue())
                        : null;
        if (regex == null) {
            throw ServerError.badValue("$regex has to be a string");
        }
        String flags = options == null ? regex.getOptions() : options.asString().getValue();
        Pattern pattern = Pattern.compile(regex.getPattern(), flags(flags));
        return value -> value != null && matches(pattern, regex, value);
    }

    private static boolean matches(Pattern pattern, BsonRegularExpression regex, BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING -> pattern.matcher(value.asString().getValue()).find();
            case SYMBOL -> pattern.matcher(value.asSymbol().getSymbol()).find();
            case REGULAR_EXPRESSION -> value.asRegularExpression().getPattern().equals(regex.getPattern());
            default -> false;
        };
    }

    private static int flags(String options) {
        int flags = Pattern.UNICODE_CASE;
        for (char option : options.toCharArray()) {
            flags |= switch (option) {
                case 'i' -> Pattern.CASE_INSENSITIVE;
                case 'm' -> Pattern.MULTILINE;
                case 's' -> Pattern.DOTALL;
                case 'x' -> Pattern.COMMENTS;
                case 'u' -> 0;
                default -> throw ServerError.location(51108, "invalid flag in regex options: " + option);
            };
        }
        return flags;
    }

    private static Predicate<BsonValue> mod(BsonValue operand) {
        if (!operand.isArray() || operand.asArray().size() != 2) {
            throw ServerError.badValue("malformed mod, not enough elements");
        }
        long divisor = operand.asArray().get(0).asNumber().longValue();
        long remainder = operand.asArray().get(1).asNumber().longValue();
        if (divisor == 0) {
            throw ServerError.badValue("divisor cannot be 0");
        }
        return value -> value != null && value.isNumber() && value.asNumber().longValue() % divisor == remainder;
    }

    static Predicate<BsonValue> size(BsonValue operand) {
        if (!operand.isNumber()) {
            throw ServerError.failedToParse("Failed to parse $size. Expected a number");
        }
        int size = operand.asNumber().intValue();
        return value -> value != null && value.isArray() && value.asArray().size() == size;
    }

    private static Predicate<BsonValue> type(BsonValue operand) {
        if (operand.isArray()) {
            List<Predicate<BsonValue>> any =
                    operand.asArray().stream().map(Tests::type).toList();
            return value -> any.stream().anyMatch(one -> one.test(value));
        }
        if (operand.isString() && operand.asString().getValue().equals("number")) {
            return value -> value != null && BsonOrder.rank(value.getBsonType()) == BsonOrder.rank(BsonType.INT32);
        }
        int code = operand.isString()
                ? TypeNames.code(operand.asString().getValue())
                : operand.asNumber().intValue();
        return value -> value != null && TypeNames.code(value.getBsonType()) == code;
    }

    @FunctionalInterface
    private interface Bits {
        boolean test(long value, long mask);
    }

    private static Predicate<BsonValue> bits(BsonValue operand, Bits test) {
        long mask = 0;
        if (operand.isArray()) {
            for (BsonValue position : operand.asArray()) {
                mask |= 1L << position.asNumber().intValue();
            }
        } else {
            mask = operand.asNumber().longValue();
        }
        long wanted = mask;
        return value ->
                value != null && value.isNumber() && test.test(value.asNumber().longValue(), wanted);
    }

    static boolean isTrue(BsonValue value) {
        return switch (value.getBsonType()) {
            case NULL, UNDEFINED -> false;
            case BOOLEAN -> value.asBoolean().getValue();
            case INT32, INT64, DOUBLE, DECIMAL128 -> BsonOrder.ASCENDING.compare(value, new BsonInt32(0)) != 0;
            default -> true;
        };
    }
}
