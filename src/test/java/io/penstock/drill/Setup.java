/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

/**
 * What a scene is made of.
 *
 * @param seed decides what is written, and the moments of a scene
 * @param highlyAvailable whether the cluster has a ZooKeeper
 * @param documents in the collection when the job begins
 * @param snapshotSeconds how long the snapshot is made to take, so that faults strike while it goes on
 * @param transactionSeconds Kafka's transaction timeout; a checkpoint may take half of it, at most 30 s
 */
record Setup(
        long seed, Sinks sinks, boolean highlyAvailable, int documents, int snapshotSeconds, int transactionSeconds) {
    private static final int FIVE_MINUTES = 300;

    static Setup of(long seed, Sinks sinks, boolean highlyAvailable, int documents, int snapshotSeconds) {
        return new Setup(seed, sinks, highlyAvailable, documents, snapshotSeconds, FIVE_MINUTES);
    }

    int checkpointSeconds() {
        return Math.min(30, transactionSeconds / 2);
    }

    /** How many different {@code _id}s the writer draws from: some are new. */
    int keys() {
        return documents + documents / 10;
    }
}
