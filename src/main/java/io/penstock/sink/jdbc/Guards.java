/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells whether a target table can refuse a row that its staging table has taken: only for such a target the changes are kept as they were exported until
 * they are applied. The sink's own key and columns refuse nothing; what the table's owner has added may.
 */
final class Guards {
    /** A row of more columns may be too long for a page, whatever is in them. */
    private static final int SURE_COLUMNS = 200;

    /** Whatever looks at values, and whatever runs when a row comes or goes. An index refuses what is too long for it, and what its expression fails for. */
    private static final String GUARDED =
            """
            select c.relkind <> 'r' or c.relhasrules
              or exists (select from pg_constraint k where (k.conrelid = c.oid or k.confrelid = c.oid) and k.contype in ('c', 'f', 'x', 't'))
              or exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
              or exists (select from pg_index i where i.indrelid = c.oid and not (i.indnatts = 1 and i.indpred is null
                and i.indkey[0] = (select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'penstock_key')))
            from pg_class c where c.oid = to_regclass(?)
            """;

    private static final String COLUMNS =
            """
            select attname, format_type(atttypid, atttypmod), attnotnull, attgenerated <> '' from pg_attribute
            where attrelid = to_regclass(?) and attnum > 0 and not attisdropped
            """;

    private final Connection connection;
    private final Tables tables;

    Guards(Connection connection, Tables tables) {
        this.connection = connection;
        this.tables = tables;
    }

    /** Asks the database, as it is now. Of a table that is not there, none; it will be made by the sink. */
    boolean mayRefuse(String table, Layout layout) throws SQLException {
        return layout.columns().size() > SURE_COLUMNS || isGuarded(table) || hasGuardedColumn(table, layout);
    }

    private boolean isGuarded(String table) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(GUARDED)) {
            select.setString(1, tables.target(table));
            try (ResultSet found = select.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        }
    }

    private boolean hasGuardedColumn(String table, Layout layout) throws SQLException {
        Set<String> plain = new TreeSet<>();
        layout.columns().forEach(column -> plain.add(column.name() + " " + column.sqlType()));
        try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
            select.setString(1, tables.target(table));
            try (ResultSet columns = select.executeQuery()) {
                while (columns.next()) {
                    String name = columns.getString(1);
                    boolean isGuarded = columns.getBoolean(3) || columns.getBoolean(4);
                    boolean isWritten = layout.target().containsKey(name);
                    if (!Layout.own().contains(name)
                            && (isGuarded || (isWritten && !plain.contains(name + " " + columns.getString(2))))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
