/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of the columns of a files sink. */
final class ColumnChecks {
    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+), ?(\\d+)\\)");

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
            if (entry == null) {
                continue;
            }
            String first = entry.collection() == null ? null : entries.putIfAbsent(entry.collection(), entryPath);
            if (first != null) {
                problems.add(entryPath + ".collection", "has " + first + " already, which is the one that counts");
            }
            columns(entry.columns(), entryPath + ".columns", problems);
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
