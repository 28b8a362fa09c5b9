/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.Bytes;
import io.penstock.sink.columns.RowWriter;
import io.penstock.sink.columns.TextForms;
import io.penstock.sink.staged.StagedRow;
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

    private final RowWriter rows;
    private final List<SqlText> cells;
    private final Bytes namespace = new Bytes(128);
    private final Bytes fields = new Bytes();

    CopyRow(List<Column> columns) {
        TextForms texts = new TextForms();
        this.rows = new RowWriter(
                columns.stream().map(column -> column.field(texts)).toList());
        this.cells = columns.stream().<SqlText>map(Copied::new).toList();
    }

    /** Appends one row, with the columns in the order of {@link Tables#stagedColumns}. */
    void write(long stage, StagedRow row, Bytes out) {
        ChangeRecord change = row.change();
        fields.clear();
        Bytes unfit = rows.write(change.document(), cells);
        out.decimal(stage).put('\t').put(row.isDelete() ? 't' : 'f').put('\t').decimal(row.check());
        binary(row.identity(), out);
        escape(namespace.clear().put(change.namespace().toString().getBytes(UTF_8)), out.put('\t'));
        out.put('\t').ascii(change.version().text()).put('\t').decimal(change.revision());
        binary(change.rowHash(), out);
        out.put('\t');
        if (unfit.length() == 0) {
            out.put(NULL);
        } else {
            escape(unfit, out);
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

    /** A column's value, behind a tab. */
    private final class Copied extends SqlText {
        private Copied(Column column) {
            super(column.type());
        }

        @Override
        public void none() {
            fields.put('\t').put(NULL);
        }

        @Override
        void text(byte[] array, int offset, int length) {
            escape(array, offset, length, fields.put('\t'));
        }
    }

    private static void escape(Bytes text, Bytes out) {
        escape(text.array(), 0, text.length(), out);
    }

    private static void escape(byte[] array, int offset, int length, Bytes out) {
        int written = offset;
        for (int i = offset; i < offset + length; i++) {
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
        out.put(array, written, offset + length - written);
    }
}
