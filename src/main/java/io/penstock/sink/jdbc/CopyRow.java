/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonText;
import io.penstock.sink.staged.StagedRow;
import io.penstock.spec.JdbcColumnSpec.Unfit;
import java.util.List;

/**
 * Writes changes as rows of a staging table, in the text format of PostgreSQL's {@code COPY}: columns between tabs, rows ended by a line feed,
 * {@code \N} for null, and backslashes before what would be taken for one of them. Values are not decoded on the way. Not
 * thread-safe.
 *
 * <p>Source: <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY</a>, "Text Format".
 */
final class CopyRow {
    private static final byte[] NULL = "\\N".getBytes(US_ASCII);

    private final List<Column> columns;
    private final BsonCursor cursor = new BsonCursor();
    private final Bytes value = new Bytes();
    private final Bytes unfit = new Bytes();
    private final Bytes fields = new Bytes();

    CopyRow(List<Column> columns) {
        this.columns = columns;
    }

    /** Appends one row, with the columns in the order of {@link Tables#stagedColumns}. */
    void write(long stage, StagedRow row, Bytes out) {
        ChangeRecord change = row.change();
        fields(change.document());
        out.decimal(stage).put('\t').put(row.isDelete() ? 't' : 'f').put('\t').decimal(row.check());
        binary(row.identity(), out);
        escape(value.clear().put(change.namespace().toString().getBytes(UTF_8)), out.put('\t'));
        out.put('\t').ascii(change.version().text()).put('\t').decimal(change.revision());
        binary(change.rowHash(), out);
        out.put('\t');
        if (unfit.length() == 0) {
            out.put(NULL);
        } else {
            escape(unfit.put('}'), out);
        }
        out.put(fields.array(), 0, fields.length()).put('\n');
    }

    private static void binary(byte[] bytes, Bytes out) {
        out.put('\t');
        if (bytes == null) {
            out.put(NULL);
        } else {
            out.ascii("\\\\x").hex(bytes, 0, bytes.length);
        }
    }

    private void fields(byte[] document) {
        unfit.clear();
        fields.clear();
        for (Column column : columns) {
            fields.put('\t');
            if (document != null && field(column, document)) {
                escape(value, fields);
            } else {
                fields.put(NULL);
            }
        }
    }

    /** Writes the column's value, unescaped; false when the column is null. */
    private boolean field(Column column, byte[] document) {
        value.clear();
        if (column.path().isWhole()) {
            if (SqlValue.writeWhole(column.type(), document, value)) {
                return true;
            }
            if (name(column)) {
                ExtendedJson.canonical(document, 0, unfit);
            }
            return false;
        }
        if (!column.path().find(document, cursor) || SqlValue.isNull(cursor)) {
            return false;
        }
        if (SqlValue.write(column.type(), document, cursor, value)) {
            return true;
        }
        if (name(column)) {
            ExtendedJson.canonical(document, cursor, unfit);
        }
        return false;
    }

    /** Whether what does not fit is kept: begins it then. */
    private boolean name(Column column) {
        if (column.unfit() != Unfit.TEXT) {
            return false;
        }
        unfit.put(unfit.length() == 0 ? '{' : ',');
        JsonText.write(column.name(), unfit);
        unfit.put(':');
        return true;
    }

    private static void escape(Bytes text, Bytes out) {
        byte[] array = text.array();
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            int letter =
                    switch (array[i]) {
                        case '\\' -> '\\';
                        case '\n' -> 'n';
                        case '\r' -> 'r';
                        case '\t' -> 't';
                        default -> 0;
                    };
            if (letter != 0) {
                out.put(array, written, i - written).put('\\').put(letter);
                written = i + 1;
            }
        }
        out.put(array, written, text.length() - written);
    }
}
