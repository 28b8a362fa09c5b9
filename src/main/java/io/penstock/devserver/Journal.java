/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.concurrent.CompletableFuture;

/** Where changes are kept beyond the process, if anywhere. */
interface Journal extends AutoCloseable {
    /** Keeps nothing. */
    Journal NONE = new Journal() {
        @Override
        public void append(JournalRecord record, Runnable durable) {
            durable.run();
        }

        @Override
        public CompletableFuture<Void> synced() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    /**
     * Adds the changes of one command or transaction; they are recovered together or not at all.
     *
     * @param durable called when they are on the disk, one record after the other
     */
    void append(JournalRecord record, Runnable durable);

    /** Completes when everything added so far is on the disk. */
    CompletableFuture<Void> synced();

    @Override
    void close();
}
