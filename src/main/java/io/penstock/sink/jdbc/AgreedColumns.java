/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.sink.columns.ColumnType.Kind;
import io.penstock.sink.columns.SeenFields;
import io.penstock.sink.columns.TableRules;
import io.penstock.spec.JdbcColumnSpec.Type;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which columns a target has that are made of fields, and of which types: what all writers and the committer of a sink keep to, so that it
 * is in the database and not in a job's state. The first to name a field decides, once and for all; a column that the target has already, by
 * whomever, keeps its type.
 */
final class AgreedColumns {
    /** One byte is left for an underscore. */
    private static final int LONGEST_NAME = 62;

    /** Every table of PostgreSQL has them. */
    private static final Set<String> SYSTEM = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    static final TableRules RULES = new TableRules(taken(), LONGEST_NAME, true, Kind.DECIMAL);

    private final Connection connection;
    private final Tables tables;
    private final Schema schema;

    AgreedColumns(Connection connection, Tables tables, Schema schema) {
        this.connection = connection;
        this.tables = tables;
        this.schema = schema;
    }

    private static Set<String> taken() {
        Set<String> taken = new HashSet<>(SYSTEM);
        taken.addAll(Layout.own());
        return taken;
    }

    /** The columns that were agreed upon, by field, in the order in which they were. */
    Map<String, Column> of(String table) throws SQLException, IOException {
        Map<String, Type> types = new LinkedHashMap<>();
        if (!schema.columnsOf(tables.agreed()).isEmpty()) {
            try (PreparedStatement select = connection.prepareStatement(
                    "select field, type from " + tables.agreed() + " where target = ? order by place")) {
                select.setString(1, table);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        types.put(rows.getString(1), type(table, rows.getString(1), rows.getString(2)));
                    }
                }
            }
        }
        return withTypesOfTarget(table, types);
    }

    /** The columns that a target would have after fields were seen: those agreed upon, and new ones. */
    Map<String, Column> after(String table, SeenFields seen) throws SQLException, IOException {
        Map<String, Column> columns = of(table);
        Map<String, Type> types = new LinkedHashMap<>();
        seen.fields().forEach((field, kind) -> {
            if (!columns.containsKey(field)) {
                types.put(field, type(kind));
            }
        });
        columns.putAll(withTypesOfTarget(table, types));
        return columns;
    }

    /** The columns that fields would have: of the type in the target where that has them, else of the given one. */
    private Map<String, Column> withTypesOfTarget(String table, Map<String, Type> fields)
            throws SQLException, IOException {
        Map<String, String> target = schema.columnsOf(tables.target(table));
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Map.Entry<String, Type> each : fields.entrySet()) {
            String name = RULES.columnName(each.getKey());
            String found = target.get(name);
            Type type = found == null ? each.getValue() : type(table, name, found);
            columns.put(each.getKey(), Column.of(name, each.getKey(), type));
        }
        return columns;
    }

    private Type type(String table, String column, String sqlType) throws IOException {
        return Column.typeOf(sqlType)
                .orElseThrow(() -> new NotPreparedException("Column " + column + " of " + tables.target(table) + " is "
                        + sqlType + ", which this sink does not write; give it one of the types in docs/jdbc.md"));
    }

    /** Names columns, by field; those that somebody else named before are what they are. */
    void add(String table, Map<String, Column> columns) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into " + tables.agreed() + " (target, field, type) values (?, ?, ?) on conflict do nothing")) {
            for (Map.Entry<String, Column> each : columns.entrySet()) {
                insert.setString(1, table);
                insert.setString(2, each.getKey());
                insert.setString(3, each.getValue().sqlType());
                insert.executeUpdate();
            }
        }
    }

    /** The column type for a kind of values. */
    private static Type type(Kind kind) {
        return switch (kind) {
            case BOOLEAN -> Type.BOOLEAN;
            case INT, LONG -> Type.BIGINT;
            case DOUBLE -> Type.DOUBLE;
            case DECIMAL -> Type.NUMERIC;
            case TIMESTAMP -> Type.TIMESTAMPTZ;
            case STRING -> Type.TEXT;
            case BINARY -> Type.BYTEA;
            case JSON -> Type.JSONB;
        };
    }

    static Layout layout(Map<String, Column> columns) {
        return Layout.derived(new ArrayList<>(columns.values()));
    }
}
