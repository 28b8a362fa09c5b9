/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.Patience;
import io.penstock.store.ProgressTarget;
import io.penstock.store.SourceProgress;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Writes a source's progress into the metadata store, in a thread of its own; the latest is enough. */
public final class ProgressReporter implements ProgressTarget.Log {
    private record Latest(long checkpoint, SourceProgress progress) {}

    private final MetadataOptions options;
    private final long token;
    private final AtomicReference<Latest> latest = new AtomicReference<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "metadata-progress"));
    /** Of the thread. */
    private MetadataStore store;

    private ProgressReporter(MetadataOptions options, long token) {
        this.options = options;
        this.token = token;
    }

    /** @param token of the life */
    public static ProgressTarget into(MetadataOptions options, long token) {
        return () -> new ProgressReporter(options, token);
    }

    @Override
    public void completed(long checkpoint, SourceProgress progress) throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw failed instanceof IOException known ? known : new IOException(failed);
        }
        if (latest.getAndSet(new Latest(checkpoint, progress)) == null) {
            thread.execute(this::write);
        }
    }

    private void write() {
        Latest taken = latest.getAndSet(null);
        try {
            if (store == null) {
                store = MetadataStore.open(options);
            }
            Patience.call(() -> {
                store.leases().report(token, taken.checkpoint(), taken.progress());
                return null;
            });
        } catch (IOException | RuntimeException e) {
            failure.set(e);
        }
    }

    @Override
    public void close() {
        thread.execute(() -> {
            if (store != null) {
                store.close();
            }
        });
        thread.shutdown();
    }
}
