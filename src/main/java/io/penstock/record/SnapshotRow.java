/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/**
 * A document as a snapshot split read it.
 *
 * @param version the row's version at its read time; for an inexact read, at the time noted after it
 * @param readFrom the cluster time whose events the row surely includes; equal to the version's time for an exact read
 *     (at a cluster time), smaller where the server has no snapshot reads: the row may then include some events between
 *     the two, and waits until the stream has passed its version
 * @param document raw BSON, as stored
 */
public record SnapshotRow(Namespace namespace, Key key, Version version, long readFrom, int epoch, byte[] document)
        implements SourceRecord {

    @Override
    public Cell cell() {
        return new Cell(namespace, key.cell());
    }

    /** Whether the row is the document at exactly its version. */
    public boolean isExact() {
        return readFrom == version.clusterTime();
    }
}
