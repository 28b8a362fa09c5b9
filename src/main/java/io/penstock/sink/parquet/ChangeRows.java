/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.columns.Column;
import io.penstock.sink.columns.RowWriter;
import io.penstock.spec.UnfitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** Writes the rows of one row group, in the columns of {@link ChangeTable}. */
final class ChangeRows {
    private static final Binary[] OPS = new Binary[Op.values().length];

    static {
        for (Op op : Op.values()) {
            OPS[op.ordinal()] = Binary.fromConstantByteArray(new byte[] {(byte) op.code()});
        }
    }

    private final ColumnWriter[] change = new ColumnWriter[ChangeTable.BEFORE];
    private final List<ColumnCell> cells = new ArrayList<>();
    private final ColumnCell unfit;
    private final RowWriter rows;
    private final Bytes text = new Bytes();

    ChangeRows(MessageType schema, List<Column> columns, UnfitPolicy policy, ColumnWriteStore store) {
        List<ColumnDescriptor> all = schema.getColumns();
        for (int i = 0; i < change.length; i++) {
            change[i] = store.getColumnWriter(all.get(i));
        }
        for (int i = change.length; i < all.size(); i++) {
            cells.add(new ColumnCell(all.get(i), store.getColumnWriter(all.get(i))));
        }
        unfit = policy == UnfitPolicy.TEXT ? cells.remove(cells.size() - 1) : null;
        rows = Column.rows(columns, policy);
    }

    void write(ChangeRecord record) {
        int column = 0;
        change[column++].write(OPS[record.op().ordinal()], 0, 0);
        change[column++].write(Binary.fromString(record.namespace().toString()), 0, 0);
        ExtendedJson.canonical(record.documentKey(), 0, text.clear());
        change[column++].write(text(), 0, 0);
        change[column++].write(Binary.fromString(record.version().text()), 0, 0);
        change[column++].write(record.revision(), 0, 0);
        if (record.document() == null) {
            change[column++].writeNull(0, 0);
        } else {
            ExtendedJson.canonical(record.document(), 0, text.clear());
            change[column++].write(text(), 0, 1);
        }
        change[column++].write(record.epoch(), 0, 0);
        change[column++].write(record.window(), 0, 0);
        if (record.document() == null) {
            change[column++].writeNull(0, 0);
        } else {
            text.clear().hex(record.shape());
            change[column++].write(text(), 0, 1);
        }
        change[column++].write(Binary.fromString(record.exportVersion()), 0, 0);
        if (record.rowHash() == null) {
            change[column++].writeNull(0, 0);
        } else {
            change[column++].write(Binary.fromConstantByteArray(record.rowHash()), 0, 1);
        }
        change[column].write(record.version().timestamp(), 0, 0);
        document(record.document());
    }

    private void document(byte[] document) {
        Bytes misfits = rows.write(document, cells);
        if (unfit == null) {
            return;
        }
        if (misfits.length() == 0) {
            unfit.none();
        } else {
            unfit.bytes(misfits.array(), 0, misfits.length());
        }
    }

    private Binary text() {
        return Binary.fromReusedByteArray(text.array(), 0, text.length());
    }
}
