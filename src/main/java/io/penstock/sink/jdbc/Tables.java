/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.Sha256;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JdbcSinkSpec.ColumnsFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables of a sink and their definitions. Pure: makes SQL, runs none. Names are always quoted, so they are spelled in the database as in
 * the job file and in MongoDB.
 *
 * @param schema where all of them are
 * @param agrees whether targets may have columns that are made of fields, about which its writers have to agree
 */
record Tables(String schema, boolean agrees) {
    private static final int LONGEST_NAME = 63;
    private static final String OWN = "penstock_";

    static Tables of(JdbcSinkSpec spec) {
        return new Tables(spec.schema(), spec.columnsFrom() == ColumnsFrom.SCHEMA);
    }

    String stages() {
        return qualified("penstock_stages");
    }

    String applied() {
        return qualified("penstock_applied");
    }

    String tombstones() {
        return qualified("penstock_tombstones");
    }

    /** The table that says which columns targets have that are made of fields. */
    String agreed() {
        return qualified("penstock_columns");
    }

    String target(String table) {
        return qualified(table);
    }

    /** The table that changes for a target are staged in. */
    String staging(String table) {
        String name = "penstock_stage_" + table;
        return qualified(
                name.getBytes(UTF_8).length <= LONGEST_NAME
                        ? name
                        : "penstock_stage_" + Sha256.hex(table.getBytes(UTF_8), 16));
    }

    /**
     * Checks a target's name.
     *
     * @throws IllegalArgumentException when PostgreSQL or this sink cannot have it
     */
    static String checked(String table) {
        if (table.getBytes(UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "PostgreSQL takes names of up to " + LONGEST_NAME + " bytes: '" + table + "'");
        }
        if (table.startsWith(OWN)) {
            throw new IllegalArgumentException("tables with " + OWN + " in front are the sink's own: '" + table + "'");
        }
        return table;
    }

    private String qualified(String name) {
        return quoted(schema) + "." + quoted(name);
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The statement that makes the schema, unless it is there. */
    String createSchema() {
        return "create schema if not exists " + quoted(schema);
    }

    /** The statements that make the tables which all targets share; each does nothing when its table is there. */
    List<String> createShared() {
        List<String> statements = new ArrayList<>(List.of(
                "create table if not exists " + stages()
                        + " (stage bigint not null, target text not null, sink text not null,"
                        + " writer uuid not null, subtask integer not null, number bigint not null,"
                        + " after_checkpoint bigint not null, primary key (stage, target))",
                "create table if not exists " + applied()
                        + " (writer uuid primary key, sink text not null, number bigint not null)",
                "create table if not exists " + tombstones()
                        + " (target text not null, penstock_key bytea not null, penstock_version text collate \"C\" not null,"
                        + " penstock_revision integer not null, primary key (target, penstock_key))"));
        if (agrees) {
            statements.add("create table if not exists " + agreed()
                    + " (target text not null, field text not null, type text not null,"
                    + " place bigint generated always as identity, primary key (target, field))");
        }
        return statements;
    }

    /** The statements that make a target and its staging table; each does nothing when it is there. */
    List<String> create(String table, Layout layout) {
        return List.of(
                "create table if not exists " + target(table) + " (" + definitions(layout.target())
                        + ", primary key (penstock_key))",
                "create table if not exists " + staging(table) + " (" + definitions(layout.staged()) + ")",
                "create index if not exists " + quoted(indexName(table)) + " on " + staging(table)
                        + " (penstock_stage)");
    }

    private static String indexName(String table) {
        return "penstock_stage_of_" + Sha256.hex(table.getBytes(UTF_8), 8);
    }

    /** The statement that adds a column to a table that lacks it. */
    static String add(String qualifiedTable, String column, String type) {
        return "alter table " + qualifiedTable + " add column if not exists " + quoted(column) + " " + type;
    }

    private static String definitions(Map<String, String> columns) {
        return columns.entrySet().stream()
                .map(column -> quoted(column.getKey()) + " " + column.getValue())
                .collect(Collectors.joining(", "));
    }
}
