/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.spec.UnfitPolicy;
import java.util.List;

/**
 * One column of a file's table.
 *
 * @param name as readers see it
 * @param path where its value lies in the document
 */
public record Column(String name, FieldPath path, ColumnType type) {
    /** What writes a file's rows in columns. */
    public static RowWriter rows(List<Column> columns, UnfitPolicy unfit) {
        TextForms texts = new TextForms();
        return new RowWriter(columns.stream()
                .map(column -> new Field(column.name, column.path, column.type.conversion(texts), unfit))
                .toList());
    }
}
