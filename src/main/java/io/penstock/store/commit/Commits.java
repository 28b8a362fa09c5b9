/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.store.Attempt;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataStore;
import io.penstock.store.Patience;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Writes in a thread of its own, one thing after the other, so that neither records nor checkpoints wait for the store. While the store is away it is
 * tried again. The attempt's number is taken with the first write.
 */
final class Commits implements AutoCloseable {
    /** Limits a transaction: servers end one that takes longer than a minute. */
    private static final int ENTRIES_AT_ONCE = 200;

    private static final int CLOSING_SECONDS = 5;

    /** Manifests, receipts, roots: who reads them in the other order while they are written misses none that one names. */
    private static final Comparator<MetadataEntry> BEHIND_WHAT_THEY_NAME = Comparator.comparingInt(
            entry -> entry instanceof SealedManifest ? 0 : entry instanceof SinkReceipt ? 1 : 2);

    private final Supplier<MetadataStore> opener;
    private final long token;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "metadata-commits"));
    /** Of the thread, and read by others. */
    private volatile MetadataStore store;

    private Attempt attempt;

    Commits(Supplier<MetadataStore> opener, long token) {
        this.opener = opener;
        this.token = token;
    }

    /** Writes what a complete checkpoint covers. The future fails when trying again cannot help, or has not for long. */
    CompletableFuture<Void> commit(long checkpoint, List<MetadataEntry> unordered) {
        List<MetadataEntry> entries =
                unordered.stream().sorted(BEHIND_WHAT_THEY_NAME).toList();
        return run(() -> {
            for (int from = 0; from < entries.size(); from += ENTRIES_AT_ONCE) {
                List<MetadataEntry> some = entries.subList(from, Math.min(entries.size(), from + ENTRIES_AT_ONCE));
                Patience.call(() -> {
                    begun().leases().commit(attempt, checkpoint, some);
                    return null;
                });
            }
        });
    }

    /** Says that the job lives. */
    CompletableFuture<Void> renew() {
        return run(() -> Patience.call(() -> {
            begun().leases().renew(attempt);
            return null;
        }));
    }

    /** How often a write met another and was made again. Any thread. */
    long repeated() {
        MetadataStore opened = store;
        return opened == null ? 0 : opened.leases().repeated();
    }

    private MetadataStore begun() throws IOException {
        if (store == null) {
            store = opener.get();
        }
        if (attempt == null) {
            attempt = store.leases().begin(token);
        }
        return store;
    }

    private interface Work {
        void run() throws IOException;
    }

    private CompletableFuture<Void> run(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /**
     * Waits for what was begun.
     *
     * @throws IOException that it failed with
     */
    static void await(CompletableFuture<Void> begun) throws IOException, InterruptedException {
        try {
            begun.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** What is under way gets a few seconds to come to its end. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
        thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        if (store != null) {
            store.close();
        }
    }
}
