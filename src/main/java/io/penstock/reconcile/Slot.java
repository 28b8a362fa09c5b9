/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Key;

/** Where one waiting record of a key lies; slots of their own keep an append from rewriting what waits already. */
record Slot(Key key, int number) {
    /** The slot of an inexact row; events follow from 1 on. */
    static final int ROW = 0;
}
