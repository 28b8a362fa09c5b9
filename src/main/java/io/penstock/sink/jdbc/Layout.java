/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.spec.JdbcColumnSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a target table and of its staging table. Pure.
 *
 * <p>A staging table has the declared columns of its target. Those that are made of fields it has as one, a JSON object of values by
 * column: so it never changes, and a writer that meets a new field waits for nobody. To add a column, PostgreSQL needs the table for
 * itself, and whoever applies changes holds it for as long as that takes.
 *
 * @param columns of the target, besides the sink's own
 * @param isDerived whether they are made of the fields seen
 */
record Layout(List<Column> columns, boolean isDerived) {
    /** The column of a staging table that holds all values of a derived layout; null for a delete. */
    static final String FIELDS = "penstock_fields";

    /** The column of a staging table that holds the change as it was exported, for a target that may refuse its row; else null. */
    static final String CHANGE = "penstock_change";

    /** What a staging table has before the columns of the target. */
    private static final Map<String, String> STAGED = columns(
            "penstock_stage", "bigint not null",
            "penstock_delete", "boolean not null",
            "penstock_check", "bigint not null");

    /** The sink's own columns of a target, of which a delete leaves the last two empty. */
    private static final Map<String, String> META = columns(
            "penstock_key", "bytea not null",
            "penstock_ns", "text not null",
            "penstock_version", "text collate \"C\" not null",
            "penstock_revision", "integer not null",
            "penstock_row_hash", "bytea",
            "penstock_unfit", "json");

    Layout {
        columns = List.copyOf(columns);
    }

    static Layout declared(List<JdbcColumnSpec> columns) {
        return new Layout(columns.stream().map(Column::of).toList(), false);
    }

    static Layout derived(List<Column> columns) {
        return new Layout(columns, true);
    }

    /** The names of the sink's own columns of a target. */
    static Set<String> own() {
        return META.keySet();
    }

    /** A target's columns with their types: the sink's own, then the others. */
    Map<String, String> target() {
        Map<String, String> all = new LinkedHashMap<>(META);
        columns.forEach(column -> all.put(column.name(), column.sqlType()));
        return all;
    }

    /** A staging table's columns with their types. */
    Map<String, String> staged() {
        Map<String, String> all = new LinkedHashMap<>(STAGED);
        if (isDerived) {
            all.putAll(META);
            all.put(FIELDS, "json");
        } else {
            all.putAll(target());
        }
        all.put(CHANGE, "bytea");
        return all;
    }

    /** Of a staging table, in the order in which rows are copied. */
    List<String> stagedColumns() {
        return new ArrayList<>(staged().keySet());
    }

    /** Of a staging table, those that make the target's rows. */
    List<String> appliedColumns() {
        List<String> columns = stagedColumns();
        columns.remove(CHANGE);
        return columns;
    }

    private static Map<String, String> columns(String... namesAndTypes) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            columns.put(namesAndTypes[i], namesAndTypes[i + 1]);
        }
        return columns;
    }
}
