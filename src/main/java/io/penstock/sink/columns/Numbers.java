/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.BsonCursor;
import java.math.BigDecimal;
import org.bson.types.Decimal128;

/** Columns of numbers. A number fits one of another type when it is exactly the same number there. */
public final class Numbers {
    private static final double TWO_TO_63 = 0x1p63;

    private Numbers() {}

    /** 32 bits: {@link Cell#int32}. */
    public static boolean int32(byte type, byte[] document, int offset, Cell cell) {
        return integer(type, document, offset, true, cell);
    }

    /** 64 bits: {@link Cell#int64}. */
    public static boolean int64(byte type, byte[] document, int offset, Cell cell) {
        return integer(type, document, offset, false, cell);
    }

    private static boolean integer(byte type, byte[] document, int offset, boolean narrow, Cell cell) {
        long value;
        switch (type) {
            case BsonCursor.INT32 -> value = BsonCursor.readInt(document, offset);
            case BsonCursor.INT64 -> value = BsonCursor.readLong(document, offset);
            case BsonCursor.DOUBLE -> {
                double number = real(document, offset);
                value = (long) number;
                // The greatest long, as a double, is 2^63.
                if (value != number || number >= TWO_TO_63) {
                    return false;
                }
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal exact = scaled(finite(decimal128(document, offset)), 0, 19);
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

    /** 64 bits of floating point, for all but Decimal128: {@link Cell#float64}, {@link Cell#wholeFloat64}. */
    public static boolean float64(byte type, byte[] document, int offset, Cell cell) {
        switch (type) {
            case BsonCursor.DOUBLE -> cell.float64(real(document, offset));
            case BsonCursor.INT32 -> cell.wholeFloat64(BsonCursor.readInt(document, offset));
            case BsonCursor.INT64 -> {
                long value = BsonCursor.readLong(document, offset);
                double number = value;
                // The greatest longs round up to 2^63, which casts back to Long.MAX_VALUE.
                if ((long) number != value || number >= TWO_TO_63) {
                    return false;
                }
                cell.wholeFloat64(value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** As {@link #float64}, and for Decimal128. */
    public static boolean float64OfAny(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.DECIMAL128) {
            return float64(type, document, offset, cell);
        }
        BigDecimal decimal = finite(decimal128(document, offset));
        double number = decimal == null ? Double.NaN : decimal.doubleValue();
        if (!Double.isFinite(number) || new BigDecimal(number).compareTo(decimal) != 0) {
            return false;
        }
        cell.float64(number);
        return true;
    }

    /** A decimal of so many digits, so many of them behind the point: {@link Cell#decimal}. Of a double all digits count. */
    public static Conversion decimal(int precision, int scale) {
        return (type, document, offset, cell) -> {
            BigDecimal number =
                    switch (type) {
                        case BsonCursor.INT32 -> BigDecimal.valueOf(BsonCursor.readInt(document, offset));
                        case BsonCursor.INT64 -> BigDecimal.valueOf(BsonCursor.readLong(document, offset));
                        case BsonCursor.DECIMAL128 -> finite(decimal128(document, offset));
                        case BsonCursor.DOUBLE -> exact(real(document, offset));
                        default -> null;
                    };
            BigDecimal exact = scaled(number, scale, precision);
            if (exact == null) {
                return false;
            }
            cell.decimal(exact);
            return true;
        };
    }

    /**
     * A decimal of any length: {@link Cell#int64}, {@link Cell#float64} or {@link Cell#decimal}, as the number is. A double stands for the
     * shortest digits that read back as the same.
     */
    public static boolean numeric(byte type, byte[] document, int offset, Cell cell) {
        switch (type) {
            case BsonCursor.INT32 -> cell.int64(BsonCursor.readInt(document, offset));
            case BsonCursor.INT64 -> cell.int64(BsonCursor.readLong(document, offset));
            case BsonCursor.DOUBLE -> {
                double number = real(document, offset);
                if (!Double.isFinite(number)) {
                    return false;
                }
                cell.float64(number);
            }
            case BsonCursor.DECIMAL128 -> {
                BigDecimal decimal = finite(decimal128(document, offset));
                if (decimal == null) {
                    return false;
                }
                cell.decimal(decimal);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    static double real(byte[] document, int offset) {
        return Double.longBitsToDouble(BsonCursor.readLong(document, offset));
    }

    static Decimal128 decimal128(byte[] document, int offset) {
        return Decimal128.fromIEEE754BIDEncoding(
                BsonCursor.readLong(document, offset + 8), BsonCursor.readLong(document, offset));
    }

    private static BigDecimal exact(double number) {
        return Double.isFinite(number) ? new BigDecimal(number) : null;
    }

    /** Null for NaN and the infinities; a negative zero, which no decimal has, is zero. */
    private static BigDecimal finite(Decimal128 number) {
        if (!number.isFinite()) {
            return null;
        }
        // Digits in the second of the two forms are more than there may be, and stand for zero.
        boolean second = (number.getHigh() & 0x6000_0000_0000_0000L) == 0x6000_0000_0000_0000L;
        boolean zero = second || ((number.getHigh() & 0x0001_FFFF_FFFF_FFFFL) == 0 && number.getLow() == 0);
        return zero ? BigDecimal.ZERO : number.bigDecimalValue();
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
}
