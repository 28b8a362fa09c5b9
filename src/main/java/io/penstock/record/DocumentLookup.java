/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import java.io.Serializable;

/**
 * Fetches one document from the source, for the changes whose image cannot be told from state. Blocking; used from one operator's
 * thread between {@link #open} and {@link #close}. Serializable in its closed form, without any secret.
 */
public interface DocumentLookup extends Serializable, AutoCloseable {

    /**
     * What was found.
     *
     * @param document raw BSON, or null when there was none
     * @param clusterTime the cluster time it was read at
     * @param exact whether that is the time that was asked for; otherwise history was gone and it is a later one
     */
    record Found(byte[] document, long clusterTime, boolean exact) {}

    void open() throws IOException;

    /**
     * The document at a cluster time, or where that is no longer to be had, its present majority-committed state.
     *
     * @param documentKey raw BSON of the event's {@code documentKey}
     * @throws IOException when the source cannot be reached within the bounds of retrying
     */
    Found find(Namespace namespace, byte[] documentKey, long clusterTime) throws IOException;

    @Override
    void close() throws IOException;
}
