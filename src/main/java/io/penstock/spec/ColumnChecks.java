/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of the columns of files and of tables. */
final class ColumnChecks {
    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+), ?(\\d+)\\)");

    /** Of PostgreSQL, in bytes. */
    private static final int LONGEST_IDENTIFIER = 63;

    private ColumnChecks() {}

    /** @param path the sink's */
    static void check(FilesSinkSpec files, String path, Problems problems) {
        boolean table = files.format() == FilesSinkSpec.Format.PARQUET;
        if (!table && problems.sound(path + ".format") && !files.columns().isEmpty()) {
            problems.add(path + ".columns", "only with format: parquet");
        }
        if (!table && problems.sound(path + ".format") && files.unfit() != UnfitPolicy.TEXT) {
            problems.add(path + ".unfit", "only with format: parquet");
        }
        Map<CollectionSelector, String> entries = new HashMap<>();
        for (int i = 0; i < files.columns().size(); i++) {
            CollectionColumnsSpec entry = files.columns().get(i);
            String entryPath = path + ".columns[" + i + "]";
            if (entry != null) {
                collection(entry.collection(), entryPath, entries, problems);
                columns(entry.columns(), entryPath + ".columns", problems);
            }
        }
    }

    /** @param path the sink's */
    static void check(JdbcSinkSpec jdbc, String path, Problems problems) {
        tableColumns(jdbc.columns(), path + ".columns", problems);
        Map<CollectionSelector, String> entries = new HashMap<>();
        for (int i = 0; i < jdbc.tables().size(); i++) {
            JdbcTableSpec entry = jdbc.tables().get(i);
            String entryPath = path + ".tables[" + i + "]";
            if (entry != null) {
                collection(entry.collection(), entryPath, entries, problems);
                tableColumns(entry.columns(), entryPath + ".columns", problems);
            }
        }
    }

    private static void collection(
            CollectionSelector collection, String path, Map<CollectionSelector, String> entries, Problems problems) {
        String first = collection == null ? null : entries.putIfAbsent(collection, path);
        if (first != null) {
            problems.add(path + ".collection", "has " + first + " already, which is the one that counts");
        }
    }

    private static void tableColumns(List<JdbcColumnSpec> columns, String path, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            JdbcColumnSpec column = columns.get(i);
            if (column == null || column.name() == null) {
                continue;
            }
            String name = path + "[" + i + "].name";
            refuse(!names.add(column.name()), "the column is listed twice", name, problems);
            refuse(
                    column.name().startsWith("penstock_"),
                    "columns with penstock_ in front are the sink's own",
                    name,
                    problems);
            refuse(
                    column.name().getBytes(UTF_8).length > LONGEST_IDENTIFIER,
                    "PostgreSQL takes names of up to " + LONGEST_IDENTIFIER + " bytes",
                    name,
                    problems);
        }
    }

    private static void refuse(boolean broken, String message, String path, Problems problems) {
        if (broken && problems.sound(path)) {
            problems.add(path, message);
        }
    }

    private static void columns(List<ColumnSpec> columns, String path, Problems problems) {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            ColumnSpec column = columns.get(i);
            String columnPath = path + "[" + i + "]";
            if (column == null) {
                continue;
            }
            if (column.name() != null) {
                name(column.name().toLowerCase(Locale.ROOT), columnPath, names, problems);
            }
            Matcher decimal = DECIMAL.matcher(column.type() == null ? "" : column.type());
            if (decimal.matches() && Integer.parseInt(decimal.group(2)) > Integer.parseInt(decimal.group(1))) {
                problems.add(columnPath + ".type", "more digits behind the point than in all");
            }
        }
    }

    private static void name(String name, String path, Map<String, String> names, Problems problems) {
        if (FilesSinkSpec.OWN_COLUMNS.contains(name)) {
            problems.add(path + ".name", "every file has a column of that name; call it something else");
        }
        String first = names.putIfAbsent(name, path);
        if (first != null) {
            problems.add(path + ".name", "is " + first + "'s already; many readers do not tell case apart");
        }
    }
}
