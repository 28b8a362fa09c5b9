/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Takes down what a cell is given, as text: bytes as characters up to 255. */
final class Texts implements Cell {
    final List<String> taken = new ArrayList<>();

    /** What was taken since the last call. */
    String last() {
        String all = String.join(" ", taken);
        taken.clear();
        return all;
    }

    @Override
    public void none() {
        taken.add("none");
    }

    @Override
    public void bool(boolean value) {
        taken.add("bool " + value);
    }

    @Override
    public void int32(int value) {
        taken.add("int32 " + value);
    }

    @Override
    public void int64(long value) {
        taken.add("int64 " + value);
    }

    @Override
    public void float64(double value) {
        taken.add("float64 " + value);
    }

    @Override
    public void decimal(BigDecimal value) {
        taken.add("decimal " + value.toPlainString());
    }

    @Override
    public void bytes(byte[] array, int offset, int length) {
        taken.add("bytes " + new String(array, offset, length, ISO_8859_1));
    }
}
