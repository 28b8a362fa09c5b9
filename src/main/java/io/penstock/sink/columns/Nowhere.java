/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import java.math.BigDecimal;

/** Forgets what it is given: for whoever only asks whether a document fits. */
enum Nowhere implements Cell {
    INSTANCE;

    @Override
    public void none() {}

    @Override
    public void bool(boolean value) {}

    @Override
    public void int32(int value) {}

    @Override
    public void int64(long value) {}

    @Override
    public void float64(double value) {}

    @Override
    public void decimal(BigDecimal value) {}

    @Override
    public void bytes(byte[] array, int offset, int length) {}
}
