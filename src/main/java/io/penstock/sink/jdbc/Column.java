/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.spec.JdbcColumnSpec;
import io.penstock.spec.JdbcColumnSpec.Type;
import io.penstock.spec.JdbcColumnSpec.Unfit;

/** A column of a target table, and what it holds. */
record Column(String name, Type type, Unfit unfit, FieldPath path) {

    static Column of(JdbcColumnSpec spec) {
        FieldPath path = spec.path() == null ? FieldPath.of(spec.name()) : FieldPath.parse(spec.path());
        return new Column(spec.name(), spec.type(), spec.unfit(), path);
    }

    /** The type as PostgreSQL itself names it. */
    String sqlType() {
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
