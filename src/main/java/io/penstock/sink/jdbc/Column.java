/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.sink.columns.Conversion;
import io.penstock.sink.columns.Field;
import io.penstock.sink.columns.FieldPath;
import io.penstock.sink.columns.Numbers;
import io.penstock.sink.columns.Scalars;
import io.penstock.sink.columns.TextForms;
import io.penstock.spec.JdbcColumnSpec;
import io.penstock.spec.JdbcColumnSpec.Type;
import io.penstock.spec.UnfitPolicy;
import java.util.Arrays;
import java.util.Optional;

/** A column of a target table, and what it holds; {@code docs/jdbc.md} has the table of what fits which type. */
record Column(String name, Type type, UnfitPolicy unfit, FieldPath path) {

    static Column of(JdbcColumnSpec spec) {
        FieldPath path = spec.path() == null ? FieldPath.of(spec.name()) : FieldPath.parseLiteral(spec.path());
        return new Column(spec.name(), spec.type(), spec.unfit(), path);
    }

    /** Of a field of the top level. */
    static Column of(String name, String field, Type type) {
        return new Column(name, type, UnfitPolicy.TEXT, FieldPath.of(field));
    }

    Field field(TextForms texts) {
        return new Field(name, path, conversion(type, texts), unfit);
    }

    /** PostgreSQL's texts hold any character but U+0000; {@code json} keeps the text in which it is escaped. */
    static Conversion conversion(Type type, TextForms texts) {
        return switch (type) {
            case BOOLEAN -> Scalars::bool;
            case INTEGER -> Numbers::int32;
            case BIGINT -> Numbers::int64;
            case DOUBLE -> Numbers::float64OfAny;
            case NUMERIC -> Numbers::numeric;
            case TEXT -> texts::anyWithoutZero;
            case TIMESTAMPTZ -> Scalars::date;
            case BYTEA -> Scalars::binaryOrId;
            case UUID -> texts::uuid;
            case JSON -> texts::json;
            case JSONB -> texts::jsonWithoutZero;
        };
    }

    String sqlType() {
        return sqlType(type);
    }

    /** The type of a name; empty when values are not written as that one. */
    static Optional<Type> typeOf(String sqlType) {
        return Arrays.stream(Type.values())
                .filter(type -> sqlType(type).equals(sqlType))
                .findFirst();
    }

    /** The type as PostgreSQL itself names it. */
    private static String sqlType(Type type) {
        return switch (type) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "integer";
            case BIGINT -> "bigint";
            case DOUBLE -> "double precision";
            case NUMERIC -> "numeric";
            case TEXT -> "text";
            case TIMESTAMPTZ -> "timestamp with time zone";
            case BYTEA -> "bytea";
            case UUID -> "uuid";
            case JSON -> "json";
            case JSONB -> "jsonb";
        };
    }
}
