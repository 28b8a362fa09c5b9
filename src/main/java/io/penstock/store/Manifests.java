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

/** The manifests that a job's store holds, with roots and receipts; of a store that several processes write, as of now. */
public interface Manifests {
    /** Those of one generation and namespace, by window. */
    List<SealedManifest> of(int generation, String namespace) throws IOException;

    /** All of them, by generation, namespace and window. */
    List<SealedManifest> all() throws IOException;

    /** All roots, by generation and window. */
    List<SealedRoot> roots() throws IOException;

    /** All receipts, by generation, namespace, window and sink. */
    List<SinkReceipt> receipts() throws IOException;

    /** The greatest generation of any manifest; 0 when there is none. */
    int greatestGeneration() throws IOException;

    /** A stretch of a chain. */
    record Range(int generation, Namespace namespace, long first, long last) {}

    /** Of each chain that has manifests of windows behind this one, from the first to the last of them. */
    List<Range> behind(long window) throws IOException;
}
