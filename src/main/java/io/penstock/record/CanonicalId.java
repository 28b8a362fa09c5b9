/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bson.types.Decimal128;

/**
 * Writes values so that those which MongoDB's unique index on {@code _id} holds for one become the same bytes: each number,
 * at any depth, as int64 if it is integral and in range, else as double if that is exact, else as reduced Decimal128;
 * {@code -0.0} is {@code 0}, every NaN is one NaN; a symbol is a string. All else is copied as it is.
 *
 * <p>Source: the server compares numbers across types by value, and its index keys do not tell {@code 1}, {@code 1.0},
 * {@code NumberLong(1)} and {@code NumberDecimal("1.00")} apart.
 */
final class CanonicalId {
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    private static final double TWO_63 = 0x1p63;
    private static final byte[] ID = {'_', 'i', 'd'};

    private final ByteBuffer out;

    private CanonicalId(int capacity) {
        out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The BSON of {@code {_id: canonical}} for the {@code _id} of a document.
     *
     * @throws IllegalArgumentException when the document has no {@code _id}
     */
    static byte[] of(byte[] document) {
        BsonCursor cursor = BsonCursor.over(document);
        if (!cursor.find(ID)) {
            throw new IllegalArgumentException("a document without _id");
        }
        // An int32 grows by four bytes and takes at least six with its type and name, so twice the element is enough.
        CanonicalId writer = new CanonicalId(2 * cursor.elementLength() + 16);
        writer.out.putInt(0);
        writer.element(document, cursor);
        return writer.finish();
    }

    private byte[] finish() {
        out.put((byte) 0);
        out.putInt(0, out.position());
        return Arrays.copyOf(out.array(), out.position());
    }

    private void element(byte[] source, BsonCursor at) {
        int value = at.valueOffset();
        switch (at.type()) {
            case BsonCursor.INT32 -> int64(source, at, at.intValue());
            case BsonCursor.DOUBLE -> number(source, at, Double.longBitsToDouble(at.longValue()));
            case BsonCursor.DECIMAL128 -> decimal(
                    source,
                    at,
                    Decimal128.fromIEEE754BIDEncoding(
                            BsonCursor.readLong(source, value + 8), BsonCursor.readLong(source, value)));
            case BsonCursor.SYMBOL -> {
                head(BsonCursor.STRING, source, at);
                out.put(source, value, at.valueLength());
            }
            case BsonCursor.DOCUMENT, BsonCursor.ARRAY -> nested(source, at);
            default -> out.put(source, at.elementOffset(), at.elementLength());
        }
    }

    private void nested(byte[] source, BsonCursor at) {
        head(at.type(), source, at);
        int start = out.position();
        out.putInt(0);
        BsonCursor inner = new BsonCursor().reset(source, at.valueOffset());
        while (inner.next()) {
            element(source, inner);
        }
        out.put((byte) 0);
        out.putInt(start, out.position() - start);
    }

    private void number(byte[] source, BsonCursor at, double value) {
        if (value == Math.rint(value) && value >= -TWO_63 && value < TWO_63) {
            int64(source, at, (long) value);
        } else {
            head(BsonCursor.DOUBLE, source, at);
            out.putDouble(Double.isNaN(value) ? Double.NaN : value);
        }
    }

    private void decimal(byte[] source, BsonCursor at, Decimal128 value) {
        if (value.isNaN()) {
            number(source, at, Double.NaN);
            return;
        }
        if (value.isInfinite()) {
            number(source, at, value.isNegative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
            return;
        }
        BigDecimal exact = plain(value);
        if (isIntegral(exact)) {
            BigInteger integral = exact.toBigInteger();
            if (integral.compareTo(MIN_LONG) >= 0 && integral.compareTo(MAX_LONG) <= 0) {
                int64(source, at, integral.longValue());
                return;
            }
        }
        double nearest = exact.doubleValue();
        if (Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(exact) == 0) {
            number(source, at, nearest);
            return;
        }
        Decimal128 reduced = new Decimal128(exact);
        head(BsonCursor.DECIMAL128, source, at);
        out.putLong(reduced.getLow());
        out.putLong(reduced.getHigh());
    }

    /** Without trailing zeros; a negative zero, which BigDecimal has not, is zero. */
    private static BigDecimal plain(Decimal128 value) {
        long coefficientHigh = value.getHigh() & 0x0001FFFFFFFFFFFFL;
        if (value.isNegative() && coefficientHigh == 0 && value.getLow() == 0) {
            return BigDecimal.ZERO;
        }
        return value.bigDecimalValue().stripTrailingZeros();
    }

    /** Integral and of at most 40 digits: beyond that it is out of int64's range, and its digits need not be spelled out. */
    private static boolean isIntegral(BigDecimal value) {
        return value.scale() <= 0 && value.precision() - value.scale() <= 40;
    }

    private void int64(byte[] source, BsonCursor at, long value) {
        head(BsonCursor.INT64, source, at);
        out.putLong(value);
    }

    private void head(byte type, byte[] source, BsonCursor at) {
        out.put(type).put(source, at.nameOffset(), at.nameLength() + 1);
    }
}
