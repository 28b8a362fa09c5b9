/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/**
 * A namespace ended at a version (dropped, renamed away, renamed onto): in this cell, keys with versions up to it are
 * deleted downstream, and whatever arrives later with such a version is dropped. One record a cell, in the order of the stream.
 *
 * @param cellNumber 0 to 65,535
 */
public record Floor(Namespace namespace, int cellNumber, Version version, int epoch) implements SourceRecord {

    @Override
    public Cell cell() {
        return new Cell(namespace, cellNumber);
    }
}
