/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.penstock.sink.Bytes;
import io.penstock.sink.columns.Cell;
import io.penstock.spec.JdbcColumnSpec.Type;
import java.math.BigDecimal;
import java.time.Instant;

/** Takes the values of one column as the texts that PostgreSQL reads for its type. Not thread-safe: keeps a buffer. */
abstract class SqlText implements Cell {
    private static final byte[] TRUE = "t".getBytes(US_ASCII);
    private static final byte[] FALSE = "f".getBytes(US_ASCII);

    private final Type type;
    private final Bytes text = new Bytes(64);

    SqlText(Type type) {
        this.type = type;
    }

    /** Gets the text, in UTF-8; it changes after the call. */
    abstract void text(byte[] array, int offset, int length);

    @Override
    public void bool(boolean value) {
        text(value ? TRUE : FALSE, 0, 1);
    }

    @Override
    public void int32(int value) {
        give(text.clear().decimal(value));
    }

    @Override
    public void int64(long value) {
        if (type == Type.TIMESTAMPTZ) {
            give(text.clear().ascii(Instant.ofEpochMilli(value).toString()));
        } else {
            give(text.clear().decimal(value));
        }
    }

    /** The shortest digits that read back as the same number, the same on every JDK. */
    @Override
    public void float64(double value) {
        give(text.clear().ascii(NumberOutput.toString(value, true)));
    }

    @Override
    public void wholeFloat64(long value) {
        give(text.clear().decimal(value));
    }

    @Override
    public void decimal(BigDecimal value) {
        give(text.clear().ascii(value.toString()));
    }

    @Override
    public void bytes(byte[] array, int offset, int length) {
        if (type == Type.BYTEA) {
            give(text.clear().ascii("\\x").hex(array, offset, length));
        } else {
            text(array, offset, length);
        }
    }

    private void give(Bytes written) {
        text(written.array(), 0, written.length());
    }
}
