/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a column of a file's table holds: the table of {@code docs/parquet.md}.
 *
 * @param precision of a decimal, its digits, 1 to 38; else 0
 * @param scale of a decimal, the digits behind the point; else 0
 */
public record ColumnType(Kind kind, int precision, int scale) {
    public static final int LARGEST_PRECISION = 38;

    public static final ColumnType LONG = new ColumnType(Kind.LONG, 0, 0);
    public static final ColumnType STRING = new ColumnType(Kind.STRING, 0, 0);
    public static final ColumnType JSON = new ColumnType(Kind.JSON, 0, 0);

    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}), ?(\\d{1,2})\\)");

    /** Kinds of columns. Their order is part of the serialized form of what a writer has seen. */
    public enum Kind {
        BOOLEAN,
        INT,
        LONG,
        DOUBLE,
        DECIMAL,
        TIMESTAMP,
        STRING,
        BINARY,
        JSON
    }

    /** A type without precision and scale. */
    public static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, 0);
    }

    /**
     * Reads a type: {@code boolean}, {@code int}, {@code long}, {@code double}, {@code decimal(18,2)}, {@code timestamp}, {@code string},
     * {@code binary}, {@code json}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ColumnType parse(String text) {
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            int precision = Integer.parseInt(decimal.group(1));
            int scale = Integer.parseInt(decimal.group(2));
            if (precision < 1 || precision > LARGEST_PRECISION || scale > precision) {
                throw new IllegalArgumentException("decimal(precision,scale) has up to " + LARGEST_PRECISION
                        + " digits, no more of them behind the point");
            }
            return new ColumnType(Kind.DECIMAL, precision, scale);
        }
        Kind kind = Kind.valueOf(text.toUpperCase(Locale.ROOT));
        if (kind == Kind.DECIMAL) {
            throw new IllegalArgumentException("a decimal needs its digits: decimal(18,2)");
        }
        return of(kind);
    }

    Conversion conversion(TextForms texts) {
        return switch (kind) {
            case BOOLEAN -> Scalars::bool;
            case INT -> Numbers::int32;
            case LONG -> Numbers::int64;
            case DOUBLE -> Numbers::float64;
            case DECIMAL -> Numbers.decimal(precision, scale);
            case TIMESTAMP -> Scalars::time;
            case STRING -> texts::string;
            case BINARY -> Scalars::binary;
            case JSON -> texts::json;
        };
    }

    @Override
    public String toString() {
        return kind == Kind.DECIMAL
                ? "decimal(" + precision + "," + scale + ")"
                : kind.name().toLowerCase(Locale.ROOT);
    }
}
