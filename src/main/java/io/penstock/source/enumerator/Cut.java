/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import java.util.List;
import java.util.UUID;

/**
 * Where a range is to be cut.
 *
 * @param isGone whether there is nothing to read: no such collection any more, or none to read from
 * @param goneAt the cluster time at which that was found; 0 unless it is gone
 * @param exact whether it can be read at one cluster time
 * @param bounds where one split ends and the next begins, in the index's order
 * @param documents estimated to be in the range
 */
record Cut(boolean isGone, long goneAt, UUID collection, boolean exact, List<byte[]> bounds, long documents) {
    /** Nothing to read, as was found at a cluster time. */
    static Cut gone(long clusterTime) {
        return new Cut(true, clusterTime, null, false, List.of(), 0);
    }

    /** Where to cut what is there. */
    static Cut at(UUID collection, boolean exact, List<byte[]> bounds, long documents) {
        return new Cut(false, 0, collection, exact, bounds, documents);
    }
}
