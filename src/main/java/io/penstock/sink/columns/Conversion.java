/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

/**
 * How BSON values become those of a column: a value fits when the column can hold it without loss. Not thread-safe: one that makes texts
 * keeps a buffer.
 */
@FunctionalInterface
public interface Conversion {
    /**
     * Hands a value over, when it fits.
     *
     * @param type the value's BSON type
     * @param offset where it begins in the document
     * @return false when it does not fit; the cell was not called then
     */
    boolean put(byte type, byte[] document, int offset, Cell cell);
}
