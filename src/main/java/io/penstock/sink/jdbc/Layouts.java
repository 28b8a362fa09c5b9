/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.columns.ColumnType.Kind;
import io.penstock.sink.columns.SeenFields;
import io.penstock.sink.staged.StagedRow;
import io.penstock.spec.JdbcColumnSpec;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The layouts of a writer's targets, which see to it that each change has its columns before it is staged. */
final class Layouts {
    private final JdbcSinkSpec spec;
    private final Schema schema;
    private final AgreedColumns agreed;
    private final Map<Namespace, Optional<List<JdbcColumnSpec>>> declared = new HashMap<>();
    private final Map<String, Namespace> firstOf = new HashMap<>();
    private final Map<String, Layout> layouts = new HashMap<>();
    private final Map<String, SeenFields> seen = new HashMap<>();

    Layouts(JdbcSinkSpec spec, Schema schema, AgreedColumns agreed) {
        this.spec = spec;
        this.schema = schema;
        this.agreed = agreed;
    }

    /**
     * The layout that a table has for changes.
     *
     * @throws IOException when tables or columns are missing that this sink may not create, or collections share the table that have other
     *     columns each
     */
    Layout require(String table, Collection<StagedRow> rows) throws SQLException, IOException {
        for (StagedRow row : rows) {
            sharing(table, row.change().namespace());
        }
        Optional<List<JdbcColumnSpec>> columns = declared(firstOf.get(table));
        Layout layout;
        if (columns.isPresent()) {
            layout = layouts.computeIfAbsent(table, any -> Layout.declared(columns.get()));
            schema.require(table, layout);
        } else {
            layout = derived(table, rows);
        }
        return layout;
    }

    private Optional<List<JdbcColumnSpec>> declared(Namespace namespace) {
        return declared.computeIfAbsent(namespace, any -> spec.columnsFor(namespace.toString()));
    }

    private void sharing(String table, Namespace namespace) throws IOException {
        Namespace first = firstOf.putIfAbsent(table, namespace);
        if (first != null && !first.equals(namespace) && !declared(first).equals(declared(namespace))) {
            throw new NotPreparedException(
                    "Collections " + first + " and " + namespace + " share the table " + table + " of sink "
                            + spec.name()
                            + ", and the job file gives them different columns; give each a table of its own, with"
                            + " ${namespace} in 'table', or the same columns");
        }
    }

    private Layout derived(String table, Collection<StagedRow> rows) throws SQLException, IOException {
        if (schema.creates()) {
            // Without the columns of fields, which the committer adds: it alone has the table to itself.
            schema.require(table, Layout.derived(List.of()));
        }
        SeenFields fields = seen.get(table);
        if (fields == null) {
            fields = new SeenFields(AgreedColumns.RULES);
            seen.put(table, fields);
            know(table, agreed.of(table));
        }
        boolean grown = false;
        for (StagedRow row : rows) {
            ChangeRecord change = row.change();
            grown |= change.document() != null && fields.see(change.document(), change.shape());
        }
        if (grown) {
            agree(table, fields);
        }
        Layout layout = layouts.get(table);
        if (!schema.creates()) {
            schema.require(table, layout);
        }
        return layout;
    }

    private void agree(String table, SeenFields fields) throws SQLException, IOException {
        Map<String, Column> wanted = agreed.after(table, fields);
        if (!schema.creates()) {
            schema.require(table, AgreedColumns.layout(wanted));
        }
        agreed.add(table, wanted);
        know(table, agreed.of(table));
    }

    private void know(String table, Map<String, Column> columns) {
        SeenFields fields = seen.get(table);
        // Whatever they hold: their types are agreed upon.
        columns.keySet().forEach(field -> fields.add(field, Kind.JSON));
        layouts.put(table, AgreedColumns.layout(columns));
    }
}
