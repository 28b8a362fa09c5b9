/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees to it that tables and their columns are there: looks, and creates what is missing when the job file says so. Each layout of a
 * table is looked at once by a connection.
 */
final class Schema {
    private final Connection connection;
    private final Tables tables;
    private final boolean creates;
    private final Map<String, Layout> known = new HashMap<>();

    Schema(Connection connection, Tables tables, boolean creates) {
        this.connection = connection;
        this.tables = tables;
        this.creates = creates;
    }

    /** @throws IOException when tables are missing that this sink may not create; names the statements that do */
    void requireShared() throws SQLException, IOException {
        create(missingShared(), "The sink's own tables");
    }

    /** @throws IOException as above, and when a staging table has a column of another type than the job file */
    void require(String table, Layout layout) throws SQLException, IOException {
        if (layout.equals(known.get(table))) {
            return;
        }
        // Twice: a table that somebody else has made may lack columns, and is altered once there is a staging table.
        create(missing(table, layout), "Table " + table + ", its staging table, or a column of them");
        create(missing(table, layout), "A column of table " + table + " or of its staging table");
        requireTypes(table, layout, columnsOf(tables.staging(table)));
        known.put(table, layout);
    }

    boolean creates() {
        return creates;
    }

    /** The statements that make the sink's own tables; none when they are there. */
    List<String> missingShared() throws SQLException {
        List<String> missing = new ArrayList<>();
        if (columnsOf(tables.stages()).isEmpty()
                || columnsOf(tables.applied()).isEmpty()
                || columnsOf(tables.tombstones()).isEmpty()
                || (tables.agrees() && columnsOf(tables.agreed()).isEmpty())) {
            missing.add(tables.createSchema());
            missing.addAll(tables.createShared());
        }
        return missing;
    }

    /** The statements that make a table and its staging table, or add what columns they lack; none when all is there. */
    List<String> missing(String table, Layout layout) throws SQLException {
        Map<String, String> target = columnsOf(tables.target(table));
        Map<String, String> staging = columnsOf(tables.staging(table));
        if (target.isEmpty() || staging.isEmpty()) {
            return tables.create(table, layout);
        }
        List<String> missing = new ArrayList<>();
        add(tables.target(table), layout.target(), target, missing);
        add(tables.staging(table), layout.staged(), staging, missing);
        return missing;
    }

    private static void add(
            String table, Map<String, String> wanted, Map<String, String> found, List<String> statements) {
        wanted.forEach((column, type) -> {
            if (!found.containsKey(column)) {
                statements.add(Tables.add(table, column, type));
            }
        });
    }

    private void requireTypes(String table, Layout layout, Map<String, String> staged) throws IOException {
        for (Column column : layout.columns()) {
            String found = staged.getOrDefault(column.name(), column.sqlType());
            if (!found.equals(column.sqlType())) {
                throw new NotPreparedException(
                        "Column " + column.name() + " of " + tables.staging(table) + " is " + found
                                + ", and the job file says " + column.sqlType()
                                + ". Once nothing is staged, which is so after a stop"
                                + " with a savepoint, drop it there and change the column of " + tables.target(table)
                                + " as you wish");
            }
        }
    }

    private void create(List<String> statements, String what) throws SQLException, IOException {
        if (statements.isEmpty()) {
            return;
        }
        if (!creates) {
            throw new NotPreparedException(what + " in schema " + tables.schema()
                    + " is missing, and the job file does not say create-table: true. Run what penstock plan prints: "
                    + String.join("; ", statements));
        }
        // One at a time: two writers that create the same table at the same moment would fail, "if not exists" or not.
        Transaction.run(connection, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_xact_lock(hashtextextended('penstock create table', 0))");
                for (String each : statements) {
                    statement.execute(each);
                }
            }
        });
    }

    /** Columns with their types; empty when the table is not there. */
    Map<String, String> columnsOf(String table) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select attname, format_type(atttypid, atttypmod) from pg_attribute"
                        + " where attrelid = to_regclass(?) and attnum > 0 and not attisdropped")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return columns;
    }
}
