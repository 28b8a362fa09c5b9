/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.Namespace;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The manifests that a job's store holds, with roots and receipts; of a store that several processes write, as of now. */
public interface Manifests {
    /** Those of one generation and namespace, by window. */
    default List<SealedManifest> of(int generation, String namespace) throws IOException {
        return of(generation, namespace, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Those of some windows in a row, by window. */
    List<SealedManifest> of(int generation, String namespace, long first, long last) throws IOException;

    /** Hands over all of them, by generation, namespace and window. */
    void read(Consumer<SealedManifest> reader) throws IOException;

    /** Hands over all roots, by generation and window. */
    void readRoots(Consumer<SealedRoot> reader) throws IOException;

    /** The root of the greatest generation and window; empty when there is none. */
    Optional<SealedRoot> lastRoot() throws IOException;

    /** Hands over all receipts, by generation, namespace, window and sink. */
    void readReceipts(Consumer<SinkReceipt> reader) throws IOException;

    /** The greatest generation of any manifest; 0 when there is none. */
    int greatestGeneration() throws IOException;

    /** A stretch of a chain. */
    record Range(int generation, Namespace namespace, long first, long last) {}

    /** All chains, by generation and namespace. */
    default List<Range> chains() throws IOException {
        return behind(Long.MIN_VALUE);
    }

    /** Of each chain that has manifests of windows behind this one, from the first to the last of them; by generation and namespace. */
    List<Range> behind(long window) throws IOException;
}
