/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.penstock.record.BsonCursor;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.spec.JdbcColumnSpec.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.bson.types.Decimal128;

/**
 * Writes a BSON value as the text that PostgreSQL reads for a type, when the type can hold it without loss; {@code docs/jdbc.md} has the
 * table. Pure.
 */
final class SqlValue {
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    /** 0001-01-01 and the end of 9999-12-31: the years that ISO 8601 writes in four digits, which PostgreSQL reads. */
    private static final long FIRST_MILLIS = -62_135_596_800_000L;

    private static final long LAST_MILLIS = 253_402_300_799_999L;
    private static final byte UUID_SUBTYPE = 4;
    private static final byte OLD_BINARY = 2;
    private static final byte[] ZERO_ESCAPE = "u0000".getBytes(US_ASCII);
    private static final int[] UUID_DASHES = {4, 6, 8, 10, 16};

    private SqlValue() {}

    /** Whether a value stands for SQL's null, whatever the column's type. */
    static boolean isNull(BsonCursor at) {
        return at.type() == BsonCursor.NULL || at.type() == BsonCursor.UNDEFINED;
    }

    /**
     * Appends the value's text, or appends nothing and returns false when the type cannot hold it.
     *
     * @param bson the bytes that the cursor walks over
     */
    static boolean write(Type type, byte[] bson, BsonCursor at, Bytes out) {
        return switch (type) {
            case BOOLEAN -> bool(at, out);
            case INTEGER -> integer(at, Integer.MIN_VALUE, Integer.MAX_VALUE, bson, out);
            case BIGINT -> integer(at, Long.MIN_VALUE, Long.MAX_VALUE, bson, out);
            case DOUBLE -> real(at, bson, out);
            case NUMERIC -> numeric(at, bson, out);
            case TEXT -> text(at, bson, out);
            case TIMESTAMPTZ -> timestamp(at, out);
            case BYTEA -> bytes(at, bson, out);
            case UUID -> uuid(at, bson, out);
            case JSON -> json(at, bson, out);
            case JSONB -> withoutZero(out, out.length(), json(at, bson, out));
        };
    }

    /** Appends a whole document as relaxed Extended JSON; false, and nothing, when the type is none for it. */
    static boolean writeWhole(Type type, byte[] document, Bytes out) {
        int before = out.length();
        switch (type) {
            case JSON, TEXT -> ExtendedJson.relaxed(document, 0, out);
            case JSONB -> {
                ExtendedJson.relaxed(document, 0, out);
                return withoutZero(out, before, true);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean bool(BsonCursor at, Bytes out) {
        if (at.type() != BsonCursor.BOOLEAN) {
            return false;
        }
        out.put(at.booleanValue() ? 't' : 'f');
        return true;
    }

    private static boolean integer(BsonCursor at, long least, long greatest, byte[] bson, Bytes out) {
        long value;
        switch (at.type()) {
            case BsonCursor.INT32 -> value = at.intValue();
            case BsonCursor.INT64 -> value = at.longValue();
            case BsonCursor.DOUBLE -> {
                double real = Double.longBitsToDouble(at.longValue());
                if (real != Math.rint(real) || real < -0x1p63 || real >= 0x1p63) {
                    return false;
                }
                value = (long) real;
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal decimal = finite(decimal(bson, at));
                if (decimal == null || !isLong(decimal)) {
                    return false;
                }
                value = decimal.longValueExact();
            }
            default -> {
                return false;
            }
        }
        if (value < least || value > greatest) {
            return false;
        }
        out.decimal(value);
        return true;
    }

    private static boolean isLong(BigDecimal decimal) {
        // Of an exponent of thousands, the digits need not be spelled out to know.
        if (decimal.signum() != 0
                && (decimal.precision() - decimal.scale() > 19 || decimal.precision() <= decimal.scale())) {
            return false;
        }
        BigDecimal plain = decimal.stripTrailingZeros();
        return plain.scale() <= 0
                && plain.toBigInteger().compareTo(MIN_LONG) >= 0
                && plain.toBigInteger().compareTo(MAX_LONG) <= 0;
    }

    private static boolean real(BsonCursor at, byte[] bson, Bytes out) {
        switch (at.type()) {
            case BsonCursor.INT32 -> out.decimal(at.intValue());
            case BsonCursor.DOUBLE -> out.ascii(shortest(Double.longBitsToDouble(at.longValue())));
            case BsonCursor.INT64 -> {
                long value = at.longValue();
                double real = value;
                if (real >= 0x1p63 || (long) real != value) {
                    return false;
                }
                out.decimal(value);
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal decimal = finite(decimal(bson, at));
                double real = decimal == null ? Double.NaN : decimal.doubleValue();
                if (!Double.isFinite(real) || new BigDecimal(real).compareTo(decimal) != 0) {
                    return false;
                }
                out.ascii(shortest(real));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean numeric(BsonCursor at, byte[] bson, Bytes out) {
        switch (at.type()) {
            case BsonCursor.INT32 -> out.decimal(at.intValue());
            case BsonCursor.INT64 -> out.decimal(at.longValue());
            case BsonCursor.DOUBLE -> {
                double real = Double.longBitsToDouble(at.longValue());
                if (!Double.isFinite(real)) {
                    return false;
                }
                out.ascii(shortest(real));
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal decimal = finite(decimal(bson, at));
                if (decimal == null) {
                    return false;
                }
                out.ascii(decimal.toString());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The shortest digits that read back as the same number, the same on every JDK. */
    private static String shortest(double real) {
        return NumberOutput.toString(real, true);
    }

    private static boolean text(BsonCursor at, byte[] bson, Bytes out) {
        int value = at.valueOffset();
        switch (at.type()) {
            case BsonCursor.STRING, BsonCursor.SYMBOL -> {
                return string(bson, value + 4, BsonCursor.readInt(bson, value) - 1, out);
            }
            case BsonCursor.INT32 -> out.decimal(at.intValue());
            case BsonCursor.INT64 -> out.decimal(at.longValue());
            case BsonCursor.DOUBLE -> out.ascii(shortest(Double.longBitsToDouble(at.longValue())));
            case BsonCursor.DECIMAL128 -> out.ascii(decimal(bson, at).toString());
            case BsonCursor.OBJECT_ID -> out.hex(bson, value, 12);
            case BsonCursor.BOOLEAN -> out.ascii(at.booleanValue() ? "true" : "false");
            case BsonCursor.DATE_TIME -> {
                if (!timestamp(at, out)) {
                    ExtendedJson.relaxed(bson, at, out);
                }
            }
            case BsonCursor.BINARY -> {
                if (!uuid(at, bson, out)) {
                    ExtendedJson.relaxed(bson, at, out);
                }
            }
            default -> ExtendedJson.relaxed(bson, at, out);
        }
        return true;
    }

    /** PostgreSQL's texts hold any character but U+0000, and no bytes that are not UTF-8, for which U+FFFD stands as in every driver. */
    private static boolean string(byte[] bson, int offset, int length, Bytes out) {
        boolean ascii = true;
        for (int i = offset; i < offset + length; i++) {
            if (bson[i] == 0) {
                return false;
            }
            ascii &= bson[i] > 0;
        }
        if (ascii) {
            out.put(bson, offset, length);
        } else {
            out.put(new String(bson, offset, length, UTF_8).getBytes(UTF_8));
        }
        return true;
    }

    private static boolean timestamp(BsonCursor at, Bytes out) {
        if (at.type() != BsonCursor.DATE_TIME || at.longValue() < FIRST_MILLIS || at.longValue() > LAST_MILLIS) {
            return false;
        }
        out.ascii(Instant.ofEpochMilli(at.longValue()).toString());
        return true;
    }

    private static boolean bytes(BsonCursor at, byte[] bson, Bytes out) {
        int value = at.valueOffset();
        if (at.type() == BsonCursor.OBJECT_ID) {
            out.ascii("\\x").hex(bson, value, 12);
            return true;
        }
        if (at.type() != BsonCursor.BINARY) {
            return false;
        }
        int length = BsonCursor.readInt(bson, value);
        // Sub-type 2 holds its length a second time, which is no part of its content.
        int extra = bson[value + 4] == OLD_BINARY && length >= 4 ? 4 : 0;
        out.ascii("\\x").hex(bson, value + 5 + extra, length - extra);
        return true;
    }

    private static boolean uuid(BsonCursor at, byte[] bson, Bytes out) {
        int value = at.valueOffset();
        if (at.type() != BsonCursor.BINARY
                || bson[value + 4] != UUID_SUBTYPE
                || BsonCursor.readInt(bson, value) != 16) {
            return false;
        }
        int from = 0;
        for (int to : UUID_DASHES) {
            if (from > 0) {
                out.put('-');
            }
            out.hex(bson, value + 5 + from, to - from);
            from = to;
        }
        return true;
    }

    private static boolean json(BsonCursor at, byte[] bson, Bytes out) {
        ExtendedJson.relaxed(bson, at, out);
        return true;
    }

    /** {@code jsonb} keeps its strings as texts, so without U+0000, which JSON can escape; takes back what has one. */
    private static boolean withoutZero(Bytes out, int from, boolean written) {
        byte[] array = out.array();
        for (int i = from; i < out.length() - ZERO_ESCAPE.length; i++) {
            if (array[i] == '\\') {
                i++;
                if (array[i] == 'u'
                        && array[i + 1] == '0'
                        && array[i + 2] == '0'
                        && array[i + 3] == '0'
                        && array[i + 4] == '0') {
                    out.truncate(from);
                    return false;
                }
            }
        }
        return written;
    }

    private static Decimal128 decimal(byte[] bson, BsonCursor at) {
        return Decimal128.fromIEEE754BIDEncoding(
                BsonCursor.readLong(bson, at.valueOffset() + 8), BsonCursor.readLong(bson, at.valueOffset()));
    }

    /** Null for NaN and the infinities; a negative zero, which neither BigDecimal nor PostgreSQL has, is zero. */
    private static BigDecimal finite(Decimal128 value) {
        if (value.isNaN() || value.isInfinite()) {
            return null;
        }
        boolean zero = (value.getHigh() & 0x0001FFFFFFFFFFFFL) == 0 && value.getLow() == 0;
        return zero ? BigDecimal.ZERO : value.bigDecimalValue();
    }
}
