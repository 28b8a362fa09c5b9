/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/**
 * An event of the change stream.
 *
 * @param epochStart the cluster time from which on the namespace's epoch reads rows that may meet this event; 0 when no row
 *     can come (the collection was created later, or there is no snapshot)
 * @param documentKey raw BSON of the event's {@code documentKey}: the {@code _id} and the shard key, as stored
 * @param document raw BSON of the full document; null for a delete, and for an update without post-image
 * @param delta raw BSON of {@code updateDescription}; null unless an update
 */
public record ChangeEvent(
        Namespace namespace,
        Key key,
        Version version,
        Kind kind,
        int epoch,
        long epochStart,
        byte[] documentKey,
        byte[] document,
        byte[] delta)
        implements SourceRecord {

    /** The operations that change one document. Their order is part of the serialized form. */
    public enum Kind {
        INSERT,
        UPDATE,
        REPLACE,
        DELETE
    }

    @Override
    public Cell cell() {
        return new Cell(namespace, key.cell());
    }
}
