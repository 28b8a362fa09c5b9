/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;

/**
 * How the collections' present content is read.
 *
 * @param maxDocumentsPerSplit 0 for no limit
 * @param maxDocumentsPerSecond 0 for no limit
 * @param maxBytesPerSecond {@link MemorySize#ZERO} for no limit
 */
public record SnapshotSpec(
        @Key(
                        value =
                                "The most a split (one range of `_id`, the unit of work and of resuming) should hold, as stored uncompressed.",
                        fallback = "64 mb",
                        min = "1 kb")
                MemorySize splitSize,
        @Key(value = "The most documents a split should hold; 0 for no limit.", fallback = "0", min = "0")
                long maxDocumentsPerSplit,
        @Key(
                        value = "The most documents to read in a second, of all readers together; 0 for no limit.",
                        fallback = "0",
                        min = "0")
                long maxDocumentsPerSecond,
        @Key(
                        value = "The most bytes of BSON to read in a second, of all readers together; 0 for no limit.",
                        fallback = "0",
                        min = "0")
                MemorySize maxBytesPerSecond,
        @Key(value = "Which members of the replica set the snapshot is read from.", fallback = "primary")
                ReadPreferenceMode readPreference,
        @Key(
                        value =
                                "Tag sets in order of preference, each a map such as `{dc: east}`; not with `read-preference: primary`.",
                        fallback = "[]")
                List<Map<String, String>> tags,
        @Key(
                        value =
                                "Whether reading slows down when the source's own latency rises, so that operational writes come first.",
                        fallback = "true")
                boolean adaptive)
        implements Serializable {

    /** MongoDB's read preference modes, in MongoDB's spelling. */
    public enum ReadPreferenceMode {
        PRIMARY,
        @Spelling("primaryPreferred")
        PRIMARY_PREFERRED,
        SECONDARY,
        @Spelling("secondaryPreferred")
        SECONDARY_PREFERRED,
        NEAREST
    }
}
