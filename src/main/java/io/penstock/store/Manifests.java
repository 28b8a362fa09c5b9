/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.List;

/** The manifests that a job's store holds. */
public interface Manifests {
    /** Those of one generation and namespace, by window; of a store that several processes write, as of now. */
    List<MetadataEntry.SealedManifest> of(int generation, String namespace) throws IOException;

    /** The greatest generation of any manifest; 0 when there is none. */
    int greatestGeneration() throws IOException;
}
