/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/** Arithmetic of update operators: the wider type wins, an int that overflows becomes a long, a long that does is refused. */
final class Numbers {
    private Numbers() {}

    static BsonValue add(BsonValue left, BsonValue right) {
        if (left.isDecimal128() || right.isDecimal128()) {
            return decimal(exact(left).add(exact(right), MathContext.DECIMAL128));
        }
        if (left.isDouble() || right.isDouble()) {
            return new BsonDouble(
                    left.asNumber().doubleValue() + right.asNumber().doubleValue());
        }
        try {
            long sum =
                    Math.addExact(left.asNumber().longValue(), right.asNumber().longValue());
            return integer(sum, left.isInt32() && right.isInt32());
        } catch (ArithmeticException e) {
            throw overflow();
        }
    }

    static BsonValue multiply(BsonValue left, BsonValue right) {
        if (left.isDecimal128() || right.isDecimal128()) {
            return decimal(exact(left).multiply(exact(right), MathContext.DECIMAL128));
        }
        if (left.isDouble() || right.isDouble()) {
            return new BsonDouble(
                    left.asNumber().doubleValue() * right.asNumber().doubleValue());
        }
        try {
            long product = Math.multiplyExact(
                    left.asNumber().longValue(), right.asNumber().longValue());
            return integer(product, left.isInt32() && right.isInt32());
        } catch (ArithmeticException e) {
            throw overflow();
        }
    }

    private static ServerError overflow() {
        return ServerError.badValue("Failed to apply $inc or $mul operations to current value: integer overflow");
    }

    /** {@code {and: n}}, {@code {or: n}} or {@code {xor: n}} on an integer; a missing one counts as 0. */
    static BsonValue bits(BsonValue old, BsonDocument operations) {
        long value = old == null ? 0 : old.asNumber().longValue();
        boolean narrow = old == null || old.isInt32();
        for (Map.Entry<String, BsonValue> operation : operations.entrySet()) {
            long operand = operation.getValue().asNumber().longValue();
            narrow &= operation.getValue().isInt32();
            value = switch (operation.getKey()) {
                case "and" -> value & operand;
                case "or" -> value | operand;
                case "xor" -> value ^ operand;
                default -> throw ServerError.badValue("The $bit modifier only supports 'and', 'or', and 'xor'");
            };
        }
        return integer(value, narrow);
    }

    private static BsonValue integer(long value, boolean narrow) {
        return narrow && value == (int) value ? new BsonInt32((int) value) : new BsonInt64(value);
    }

    private static BsonValue decimal(BigDecimal value) {
        return new BsonDecimal128(new Decimal128(value));
    }

    private static BigDecimal exact(BsonValue number) {
        if (number.isDecimal128()) {
            return number.asDecimal128().getValue().bigDecimalValue();
        }
        return number.isDouble()
                ? BigDecimal.valueOf(number.asDouble().getValue())
                : BigDecimal.valueOf(number.asNumber().longValue());
    }
}
