/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Where changes of one window came to lie in a log: all between {@code first} and {@code last} that are of the namespace and the window, and of
 * the transaction.
 *
 * @param first the least offset
 * @param last the greatest
 * @param rows how many changes; others' may lie between them
 * @param transactionalId under which they were written; null when several were, which are not told apart any more
 */
public record Delivery(
        Namespace namespace,
        long window,
        String topic,
        int partition,
        long first,
        long last,
        long rows,
        String transactionalId) {
    public static final TypeInformation<Delivery> TYPE = new RecordType<>(Delivery.class, DeliverySerializer.INSTANCE);

    /** Both together, of one partition and window. */
    public Delivery plus(Delivery other) {
        return new Delivery(
                namespace,
                window,
                topic,
                partition,
                Math.min(first, other.first),
                Math.max(last, other.last),
                rows + other.rows,
                transactionalId != null && transactionalId.equals(other.transactionalId) ? transactionalId : null);
    }

    /** The same, counted as of another window. */
    public Delivery in(long otherWindow) {
        return new Delivery(namespace, otherWindow, topic, partition, first, last, rows, transactionalId);
    }
}
