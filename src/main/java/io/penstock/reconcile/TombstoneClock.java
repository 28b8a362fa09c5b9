/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Version;

/**
 * Until when a key that is gone is remembered. While a row of its epoch may still come the watermark is held below the epoch, so that no
 * tombstone of it can expire; the grace is beyond that. Expiries fall on a coarse grid, so that a cell is swept seldom.
 *
 * @param grace milliseconds of cluster time
 */
record TombstoneClock(long grace) {
    private static final long FINEST = 60_000;

    /** Event time in milliseconds. */
    long expiryOf(Version tombstone) {
        long grid = Math.max(FINEST, grace / 8);
        return (Math.floorDiv(tombstone.timestamp() + grace, grid) + 1) * grid;
    }
}
