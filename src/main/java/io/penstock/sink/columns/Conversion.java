/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.penstock.record.BsonCursor;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonText;
import java.math.BigDecimal;
import java.time.Instant;
import org.bson.types.Decimal128;

/**
 * BSON values in columns: the table of {@code docs/parquet.md}. A value fits a column when nothing of it is lost but its BSON type. Not
 * thread-safe: it keeps a buffer.
 */
final class Conversion {
    /** The first and last millisecond of the years 1 to 9999: what all readers take for a time. */
    static final long FIRST_MILLIS = -62_135_596_800_000L;

    static final long LAST_MILLIS = 253_402_300_799_999L;

    private static final double TWO_TO_63 = 0x1p63;
    private static final byte UUID = 4;
    private static final byte OLD_BINARY = 2;
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    private final Bytes text = new Bytes();

    /**
     * Hands the value over, when it fits.
     *
     * @param type the value's BSON type
     * @param offset where it begins in the document
     * @return false when it does not fit; the cell was not called then
     */
    boolean put(ColumnType column, byte type, byte[] document, int offset, Cell cell) {
        return switch (column.kind()) {
            case BOOLEAN -> bool(type, document, offset, cell);
            case INT -> integer(type, document, offset, true, cell);
            case LONG -> integer(type, document, offset, false, cell);
            case DOUBLE -> real(type, document, offset, cell);
            case DECIMAL -> decimal(column, type, document, offset, cell);
            case TIMESTAMP -> time(type, document, offset, cell);
            case STRING -> string(type, document, offset, cell);
            case BINARY -> binary(type, document, offset, cell);
            case JSON -> json(type, document, offset, cell);
        };
    }

    private static boolean bool(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.BOOLEAN) {
            return false;
        }
        cell.bool(document[offset] != 0);
        return true;
    }

    private static boolean integer(byte type, byte[] document, int offset, boolean narrow, Cell cell) {
        long value;
        switch (type) {
            case BsonCursor.INT32 -> value = BsonCursor.readInt(document, offset);
            case BsonCursor.INT64 -> value = BsonCursor.readLong(document, offset);
            case BsonCursor.DOUBLE -> {
                double number = Double.longBitsToDouble(BsonCursor.readLong(document, offset));
                value = (long) number;
                if (value != number || Math.abs(number) >= TWO_TO_63) {
                    return false;
                }
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal exact = scaled(decimal(document, offset), 0, 19);
                if (exact == null || exact.unscaledValue().bitLength() > 63) {
                    return false;
                }
                value = exact.longValue();
            }
            default -> {
                return false;
            }
        }
        if (!narrow) {
            cell.int64(value);
            return true;
        }
        if (value != (int) value) {
            return false;
        }
        cell.int32((int) value);
        return true;
    }

    private static boolean real(byte type, byte[] document, int offset, Cell cell) {
        switch (type) {
            case BsonCursor.DOUBLE -> cell.float64(Double.longBitsToDouble(BsonCursor.readLong(document, offset)));
            case BsonCursor.INT32 -> cell.float64(BsonCursor.readInt(document, offset));
            case BsonCursor.INT64 -> {
                long value = BsonCursor.readLong(document, offset);
                double number = value;
                // The greatest longs round up to 2^63, which casts back to Long.MAX_VALUE.
                if ((long) number != value || number >= TWO_TO_63) {
                    return false;
                }
                cell.float64(number);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean decimal(ColumnType column, byte type, byte[] document, int offset, Cell cell) {
        BigDecimal number =
                switch (type) {
                    case BsonCursor.INT32 -> BigDecimal.valueOf(BsonCursor.readInt(document, offset));
                    case BsonCursor.INT64 -> BigDecimal.valueOf(BsonCursor.readLong(document, offset));
                    case BsonCursor.DECIMAL128 -> decimal(document, offset);
                    case BsonCursor.DOUBLE -> exact(Double.longBitsToDouble(BsonCursor.readLong(document, offset)));
                    default -> null;
                };
        BigDecimal exact = scaled(number, column.scale(), column.precision());
        if (exact == null) {
            return false;
        }
        cell.decimal(exact);
        return true;
    }

    private static BigDecimal exact(double number) {
        return Double.isFinite(number) ? new BigDecimal(number) : null;
    }

    /** The number with so many digits behind the point; null when it has more, or too many in all. */
    private static BigDecimal scaled(BigDecimal number, int scale, int precision) {
        if (number == null) {
            return null;
        }
        // Before the digits are written out: 1E+6144 has a short form only.
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (stripped.scale() > scale || stripped.precision() - stripped.scale() > precision - scale) {
            return null;
        }
        return stripped.setScale(scale);
    }

    /** A negative zero is a zero; NaN and the infinities are no decimal: null. */
    private static BigDecimal decimal(byte[] document, int offset) {
        Decimal128 number = decimal128(document, offset);
        if (!number.isFinite()) {
            return null;
        }
        boolean negativeZero = number.isNegative() && number.toString().matches("-0(\\.0+)?(E[+-]?\\d+)?");
        return negativeZero ? BigDecimal.ZERO : number.bigDecimalValue();
    }

    private static Decimal128 decimal128(byte[] document, int offset) {
        return Decimal128.fromIEEE754BIDEncoding(
                BsonCursor.readLong(document, offset + 8), BsonCursor.readLong(document, offset));
    }

    private static boolean time(byte type, byte[] document, int offset, Cell cell) {
        long millis;
        if (type == BsonCursor.DATE_TIME) {
            millis = BsonCursor.readLong(document, offset);
        } else if (type == BsonCursor.TIMESTAMP && BsonCursor.readInt(document, offset) == 0) {
            millis = (BsonCursor.readLong(document, offset) >>> 32) * 1000;
        } else {
            return false;
        }
        if (millis < FIRST_MILLIS || millis > LAST_MILLIS) {
            return false;
        }
        cell.int64(millis);
        return true;
    }

    private boolean string(byte type, byte[] document, int offset, Cell cell) {
        text.clear();
        switch (type) {
            case BsonCursor.STRING, BsonCursor.SYMBOL, BsonCursor.JAVASCRIPT -> {
                utf8(document, offset + 4, BsonCursor.readInt(document, offset) - 1, cell);
                return true;
            }
            case BsonCursor.OBJECT_ID -> text.hex(document, offset, 12);
            case BsonCursor.BOOLEAN -> text.put(document[offset] != 0 ? TRUE : FALSE);
            case BsonCursor.INT32 -> text.decimal(BsonCursor.readInt(document, offset));
            case BsonCursor.INT64 -> text.decimal(BsonCursor.readLong(document, offset));
            case BsonCursor.DOUBLE -> text.ascii(
                    NumberOutput.toString(Double.longBitsToDouble(BsonCursor.readLong(document, offset)), true));
            case BsonCursor.DECIMAL128 -> text.ascii(
                    decimal128(document, offset).toString());
            case BsonCursor.DATE_TIME -> {
                long millis = BsonCursor.readLong(document, offset);
                if (millis < FIRST_MILLIS || millis > LAST_MILLIS) {
                    return false;
                }
                text.ascii(Instant.ofEpochMilli(millis).toString());
            }
            case BsonCursor.BINARY -> {
                if (document[offset + 4] != UUID || BsonCursor.readInt(document, offset) != 16) {
                    return false;
                }
                uuid(document, offset + 5);
            }
            default -> {
                return false;
            }
        }
        cell.bytes(text.array(), 0, text.length());
        return true;
    }

    /** What is no UTF-8 (the server does not check) is replaced: a reader would refuse the whole file. */
    private static void utf8(byte[] document, int offset, int count, Cell cell) {
        if (JsonText.isUtf8(document, offset, count)) {
            cell.bytes(document, offset, count);
        } else {
            byte[] replaced = new String(document, offset, count, UTF_8).getBytes(UTF_8);
            cell.bytes(replaced, 0, replaced.length);
        }
    }

    private void uuid(byte[] document, int at) {
        text.hex(document, at, 4)
                .put('-')
                .hex(document, at + 4, 2)
                .put('-')
                .hex(document, at + 6, 2)
                .put('-')
                .hex(document, at + 8, 2)
                .put('-')
                .hex(document, at + 10, 6);
    }

    /** Sub-type 2 holds its length a second time, which is no part of its content. */
    private static boolean binary(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.BINARY) {
            return false;
        }
        int length = BsonCursor.readInt(document, offset);
        int repeated = document[offset + 4] == OLD_BINARY && length >= 4 ? 4 : 0;
        cell.bytes(document, offset + 5 + repeated, length - repeated);
        return true;
    }

    private boolean json(byte type, byte[] document, int offset, Cell cell) {
        ExtendedJson.relaxedValue(type, document, offset, text.clear());
        cell.bytes(text.array(), 0, text.length());
        return true;
    }
}
