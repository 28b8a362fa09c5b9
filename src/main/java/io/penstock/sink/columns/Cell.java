/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import java.math.BigDecimal;

/** Takes the value of one column in one row: exactly one call a row. */
public interface Cell {
    /** There is no value. */
    void none();

    void bool(boolean value);

    void int32(int value);

    /** Of a column of longs; of timestamps the milliseconds since 1970, UTC. */
    void int64(long value);

    void float64(double value);

    /** Of a column of doubles, a whole number that is exactly one. */
    default void wholeFloat64(long value) {
        float64(value);
    }

    /** @param value of the column's own scale, where it has one */
    void decimal(BigDecimal value);

    /** A text in UTF-8, or bytes; they change after the call. */
    void bytes(byte[] array, int offset, int length);
}
