/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.spec.JdbcColumnSpec;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The layouts of what is staged, for the committer: it adds the columns of new fields to the targets, before the first row that has them. */
final class StagedLayouts {
    private final Connection connection;
    private final JdbcSinkSpec spec;
    private final Tables tables;
    private final Schema schema;
    private final AgreedColumns agreed;
    private final Map<String, Layout> layouts = new HashMap<>();
    private final Set<String> staged = new HashSet<>();

    StagedLayouts(Connection connection, JdbcSinkSpec spec, Schema schema, AgreedColumns agreed) {
        this.connection = connection;
        this.spec = spec;
        this.tables = Tables.of(spec);
        this.schema = schema;
        this.agreed = agreed;
    }

    /**
     * Sees to it that tables have the columns of what is staged for them.
     *
     * @param stages ids
     * @throws IOException when tables or columns are missing that this sink may not create; or what is staged has the other kind of layout than
     *     the job file says
     */
    void require(Collection<String> targets, Object[] stages) throws SQLException, IOException {
        for (String target : targets) {
            Map<String, String> columns = schema.columnsOf(tables.staging(target));
            if (columns.isEmpty()) {
                continue;
            }
            staged.add(target);
            Optional<String> namespace = namespace(target, stages);
            if (namespace.isPresent()) {
                Layout layout = layout(target, namespace.get());
                if (!layouts.containsKey(target)) {
                    requireForm(target, layout, columns, stages);
                }
                schema.require(target, layout);
                layouts.put(target, layout);
            }
        }
    }

    /** Whether a target's staging table was there when it was looked for. */
    boolean hasStaging(String target) {
        return staged.contains(target);
    }

    /** The layout of what is staged for a target; null when nothing ever was. */
    Layout of(String target) {
        return layouts.get(target);
    }

    private Layout layout(String target, String namespace) throws SQLException, IOException {
        Optional<List<JdbcColumnSpec>> declared = spec.columnsFor(namespace);
        return declared.isPresent() ? Layout.declared(declared.get()) : AgreedColumns.layout(agreed.of(target));
    }

    /** Of one of the staged rows: those that share a table have the same columns. */
    private Optional<String> namespace(String target, Object[] stages) throws SQLException {
        return first(
                "select penstock_ns from " + tables.staging(target) + " where penstock_stage = any (?) limit 1",
                stages);
    }

    private void requireForm(String target, Layout layout, Map<String, String> columns, Object[] stages)
            throws SQLException, IOException {
        if (!columns.containsKey(Layout.FIELDS) && !layout.isDerived()) {
            return;
        }
        String other = columns.containsKey(Layout.FIELDS)
                ? " and " + Layout.FIELDS + (layout.isDerived() ? " is null" : " is not null")
                : "";
        Optional<String> found = first(
                "select penstock_ns from " + tables.staging(target)
                        + " where penstock_stage = any (?) and not penstock_delete" + other + " limit 1",
                stages);
        if (found.isPresent()) {
            throw new NotPreparedException("What is staged for " + tables.target(target)
                    + " was staged with columns from "
                    + (layout.isDerived() ? "the job file" : "the schema") + ", and the job file of sink " + spec.name()
                    + " says the other now. Start once more with the job file from before, and stop with a savepoint:"
                    + " then nothing is staged");
        }
    }

    private Optional<String> first(String sql, Object[] stages) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setArray(1, connection.createArrayOf("bigint", stages));
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }
}
