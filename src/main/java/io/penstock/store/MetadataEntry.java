/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.Namespace;

/** What a running job hands to its metadata store. */
public sealed interface MetadataEntry {
    /**
     * A sealed manifest, final.
     *
     * @param generation which chain of the namespace it belongs to
     * @param json as it lies beside the files
     */
    record SealedManifest(int generation, Namespace namespace, long window, byte[] json) implements MetadataEntry {}
}
