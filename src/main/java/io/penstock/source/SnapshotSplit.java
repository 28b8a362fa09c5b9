/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Namespace;
import java.util.UUID;

/**
 * A range of one collection's {@code _id}s, in the order of the collection's {@code _id} index.
 *
 * @param namespace the collection's name when the split was made
 * @param collection the collection's own identity, which a rename keeps and a drop ends; null where the server tells none
 * @param epoch the pass that its rows belong to
 * @param epochStart the cluster time of that pass, before which the watermark is held while the split is open
 * @param exact whether the rows can be read at one cluster time; otherwise (before 5.0, capped) they are known to lie
 *     between two
 * @param from the first {@code _id}, as BSON of {@code {_id: …}}; null for no lower bound
 * @param to the first {@code _id} beyond; null for no upper bound
 * @param last the {@code _id} of the last row emitted; null when there is none yet
 * @param readTime the cluster time to read at, of the rows emitted so far the greatest; 0 for a time of the reader's choice
 * @param documents rows emitted so far
 * @param bytes theirs, as BSON
 * @param estimated documents expected in all
 * @param isFinished whether all rows were emitted
 */
public record SnapshotSplit(
        String splitId,
        Namespace namespace,
        UUID collection,
        int epoch,
        long epochStart,
        boolean exact,
        byte[] from,
        byte[] to,
        byte[] last,
        long readTime,
        long documents,
        long bytes,
        long estimated,
        boolean isFinished)
        implements MongoSplit {

    /** The same range after some of its rows were emitted. */
    public SnapshotSplit at(byte[] lastId, long time, long emitted, long emittedBytes, boolean finished) {
        return new SnapshotSplit(
                splitId,
                namespace,
                collection,
                epoch,
                epochStart,
                exact,
                from,
                to,
                lastId,
                time,
                emitted,
                emittedBytes,
                estimated,
                finished);
    }

    /** Without its bounds: they are data. */
    @Override
    public String toString() {
        return splitId + "[" + namespace + ", epoch " + epoch + ", " + documents + " of about " + estimated
                + (isFinished ? ", finished]" : "]");
    }
}
