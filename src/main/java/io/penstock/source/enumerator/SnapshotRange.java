/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import java.util.UUID;

/**
 * The part of a collection that no split covers yet: from a bound to its end. Splits are cut off its front when a reader asks,
 * so a hundred thousand of them cost the checkpoint no more than this.
 *
 * @param collection the collection's identity; null until the range was first looked at
 * @param readAt the cluster time that its splits are to be read at, while the server has it
 * @param from the first {@code _id}; null for the beginning
 * @param documents estimated to be left
 */
public record SnapshotRange(
        Namespace namespace, UUID collection, int epoch, long start, long readAt, byte[] from, long documents) {

    static SnapshotRange whole(Namespace namespace, int epoch, long start, long readAt) {
        return new SnapshotRange(namespace, null, epoch, start, readAt, null, 0);
    }

    SnapshotRange behind(byte[] bound, long documentsLess) {
        return new SnapshotRange(
                namespace, collection, epoch, start, readAt, bound, Math.max(0, documents - documentsLess));
    }

    SnapshotRange of(UUID identity, long estimated) {
        return new SnapshotRange(namespace, identity, epoch, start, readAt, from, estimated);
    }
}
