/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/**
 * Asks the metadata store, and while that is away waits for it: what waits to be committed stays in checkpointed state meanwhile. One
 * connection an instance, which each task has its own of.
 */
final class StoreFence implements Fence {
    private static final long serialVersionUID = 1L;

    private final MetadataOptions options;
    private final long token;
    private transient MetadataStore store;

    StoreFence(MetadataOptions options, long token) {
        this.options = options;
        this.token = token;
    }

    @Override
    public synchronized void requireHeld() throws IOException {
        if (store == null) {
            store = MetadataStore.open(options);
        }
        Patience.call(() -> {
            store.leases().requireHeld(token);
            return null;
        });
    }

    @Override
    public synchronized void close() {
        if (store != null) {
            store.close();
            store = null;
        }
    }
}
