/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.Namespace;

/** What a running job hands to its metadata store. All of it is final when it is handed over. */
public sealed interface MetadataEntry {
    /** As it lies beside the files. */
    byte[] json();

    /**
     * A sealed manifest.
     *
     * @param generation which chain of the namespace it belongs to
     * @param json as it lies beside the files, or would if the window had a file of its own
     */
    record SealedManifest(int generation, Namespace namespace, long window, byte[] json) implements MetadataEntry {}

    /**
     * A root: what all collections have of a window. One that covers windows in which nothing happened may come again, grown: with the same
     * first window and its hash, and a greater last.
     *
     * @param window the window, or the first that it covers
     * @param last the last that it covers
     */
    record SealedRoot(int generation, long window, long last, byte[] json) implements MetadataEntry {}

    /**
     * A receipt: where a sink has the changes of a window that a manifest seals.
     *
     * @param sink its name in the job file
     */
    record SinkReceipt(int generation, Namespace namespace, long window, String sink, byte[] json)
            implements MetadataEntry {}
}
