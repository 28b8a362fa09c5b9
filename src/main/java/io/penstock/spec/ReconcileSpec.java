/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;

/** How snapshot rows and changes are made into one history per document. */
public record ReconcileSpec(
        @Key(
                        value =
                                "What the state keeps of each document: `images` keeps it whole, `versions` only its version and hashes"
                                        + " (about 60 bytes a document, for collections too large for the former; a weaker promise).",
                        fallback = "images")
                Mode mode,
        @Key(
                        value =
                                "For how long, in cluster time, a deleted document is remembered beyond the oldest position that is"
                                        + " still being read.",
                        fallback = "1 h",
                        min = "0 s")
                Duration tombstoneGrace,
        @Key(
                        value =
                                "How much one document's changes may hold in state while they wait for its snapshot row; beyond it"
                                        + " the document is fetched at its own time instead.",
                        fallback = "4 mb",
                        min = "64 kb",
                        max = "256 mb")
                MemorySize pendingLimit)
        implements Serializable {

    /** What the state keeps of each document. */
    public enum Mode {
        IMAGES,
        VERSIONS
    }
}
