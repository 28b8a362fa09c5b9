/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import io.penstock.sink.columns.Cell;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** Writes the values of one optional column of the top level. */
final class ColumnCell implements Cell {
    private final ColumnWriter writer;
    private final int present;
    private final byte[] decimal;

    ColumnCell(ColumnDescriptor column, ColumnWriter writer) {
        this.writer = writer;
        this.present = column.getMaxDefinitionLevel();
        this.decimal = new byte[Math.max(0, column.getPrimitiveType().getTypeLength())];
    }

    @Override
    public void none() {
        writer.writeNull(0, 0);
    }

    @Override
    public void bool(boolean value) {
        writer.write(value, 0, present);
    }

    @Override
    public void int32(int value) {
        writer.write(value, 0, present);
    }

    @Override
    public void int64(long value) {
        writer.write(value, 0, present);
    }

    @Override
    public void float64(double value) {
        writer.write(value, 0, present);
    }

    /** Big endian, in as many bytes as the column's numbers have. */
    @Override
    public void decimal(BigDecimal value) {
        byte[] digits = value.unscaledValue().toByteArray();
        int from = decimal.length - digits.length;
        Arrays.fill(decimal, 0, from, (byte) (digits[0] < 0 ? -1 : 0));
        System.arraycopy(digits, 0, decimal, from, digits.length);
        bytes(decimal, 0, decimal.length);
    }

    @Override
    public void bytes(byte[] array, int offset, int length) {
        writer.write(Binary.fromReusedByteArray(array, offset, length), 0, present);
    }
}
