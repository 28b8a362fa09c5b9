/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecordSerializer;
import io.penstock.sink.Bytes;
import io.penstock.sink.JsonText;
import io.penstock.sink.columns.Field;
import io.penstock.sink.columns.RowWriter;
import io.penstock.sink.columns.TextForms;
import io.penstock.sink.staged.StagedRow;
import io.penstock.spec.JdbcColumnSpec.Type;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataOutputSerializer;

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
    private final boolean isDerived;
    private final Bytes namespace = new Bytes(128);
    private final Bytes fields = new Bytes();
    private final DataOutputSerializer serialized = new DataOutputSerializer(1024);

    CopyRow(Layout layout) {
        TextForms texts = new TextForms();
        this.isDerived = layout.isDerived();
        this.rows = new RowWriter(
                layout.columns().stream().map(column -> field(column, texts)).toList(), isDerived);
        this.cells = layout.columns().stream()
                .map(column -> isDerived ? new InObject(column) : new Copied(column))
                .toList();
    }

    private Field field(Column column, TextForms texts) {
        // All of the object is read as one, which PostgreSQL does not do when U+0000 is somewhere in it.
        return isDerived && column.type() == Type.JSON
                ? new Field(column.name(), column.path(), texts::jsonWithoutZero, column.unfit())
                : column.field(texts);
    }

    /**
     * Appends one row, with the columns in the order of {@link Layout#stagedColumns}.
     *
     * @param withChange whether the change is kept as it was exported too
     * @return why there is no row for the change, of which then nothing is appended; null when all is well
     */
    String write(long stage, StagedRow row, boolean withChange, Bytes out) throws IOException {
        ChangeRecord change = row.change();
        fields.clear();
        Bytes unfit = rows.write(change.document(), cells);
        if (rows.refusal() != null) {
            return rows.refusal();
        }
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
        if (!isDerived) {
            out.put(fields.array(), 0, fields.length());
        } else if (row.isDelete()) {
            out.put('\t').put(NULL);
        } else {
            escape(fields.length() == 0 ? fields.ascii("{}") : fields.put('}'), out.put('\t'));
        }
        exported(withChange ? change : null, out);
        out.put('\n');
        return null;
    }

    private void exported(ChangeRecord change, Bytes out) throws IOException {
        if (change == null) {
            out.put('\t').put(NULL);
        } else {
            serialized.clear();
            ChangeRecordSerializer.INSTANCE.serialize(change, serialized);
            out.put('\t').ascii("\\\\x").hex(serialized.getSharedBuffer(), 0, serialized.length());
        }
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

    /** A column's value, under its name in an object of all of them; what is null is left out. */
    private final class InObject extends SqlText {
        private final byte[] name;
        private final boolean isJson;

        private InObject(Column column) {
            super(column.type());
            Bytes quoted = new Bytes();
            JsonText.write(column.name(), quoted);
            name = quoted.put(':').toByteArray();
            isJson = column.type() == Type.JSON || column.type() == Type.JSONB;
        }

        @Override
        public void none() {}

        @Override
        void text(byte[] array, int offset, int length) {
            fields.put(fields.length() == 0 ? '{' : ',').put(name);
            if (isJson) {
                fields.put(array, offset, length);
            } else {
                JsonText.write(array, offset, length, fields);
            }
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
