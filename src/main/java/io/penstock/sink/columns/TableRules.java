/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.sink.columns.ColumnType.Kind;
import java.util.Locale;
import java.util.Set;

/**
 * What a kind of table asks of columns that are made of fields.
 *
 * @param taken names of columns, in lower case, that each table has besides
 * @param longestName fields with a longer name, in bytes, get no column
 * @param tellsCase whether its readers tell columns apart that differ in case only
 * @param decimals the kind of columns that hold Decimal128
 */
public record TableRules(Set<String> taken, int longestName, boolean tellsCase, Kind decimals) {
    private static final int LONGEST_IN_FILES = 255;

    public TableRules {
        taken = Set.copyOf(taken);
    }

    /** Of files, which have no decimal of any length. */
    public static TableRules ofFiles(Set<String> taken) {
        return new TableRules(taken, LONGEST_IN_FILES, false, Kind.STRING);
    }

    /**
     * The name of a field's column: its own. One that is empty, or taken by the table's own columns, gets an underscore behind it; and so does,
     * for no two to meet, one that is such a name with underscores.
     */
    public String columnName(String field) {
        String bare = field.replaceAll("_+$", "").toLowerCase(Locale.ROOT);
        return bare.isEmpty() || taken.contains(bare) ? field + "_" : field;
    }
}
