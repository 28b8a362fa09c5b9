/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/**
 * The source lost a stretch of history, and a pass over the namespace begins behind it, which covers all that happened up to its start: in
 * this cell, whatever arrives later with a version up to then is dropped. When the pass is complete, keys that it did not meet and that
 * have an older version are ghosts, deleted where nobody saw it: they are deleted downstream at the version of this record. One record a cell.
 *
 * @param cellNumber 0 to 65,535
 * @param version a row's, of the pass's start
 */
public record GhostSweep(Namespace namespace, int cellNumber, Version version, int epoch) implements SourceRecord {

    @Override
    public Cell cell() {
        return new Cell(namespace, cellNumber);
    }

    /** Up to where what arrives is dropped: a row that was read at this very time belongs to the pass. */
    public Version floor() {
        return Version.event(version.clusterTime());
    }
}
