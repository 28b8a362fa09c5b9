/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.MixedWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Writes in a thread of its own, at most so many a second, until it is stopped or has done what it was to do. */
final class Writes implements AutoCloseable {
    private final MixedWriter writer;
    private final int keys;
    private final long most;
    private final long pauseNanos;
    private final long large;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long done;
    private volatile boolean stopped;

    /**
     * @param keys how many different {@code _id}s there are to draw from
     * @param most after how many writes it ends
     * @param perSecond 0 for as fast as the server takes them
     * @param large every so many writes one of the document of 15 MB
     */
    Writes(MixedWriter writer, int keys, long most, int perSecond, long large) {
        this.writer = writer;
        this.keys = keys;
        this.most = most;
        this.pauseNanos = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
        this.large = large;
        Thread thread = new Thread(this::run, "writes");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stopped && done < most) {
                if (done % large == large / 2) {
                    writer.writeLarge();
                } else {
                    writer.write(keys);
                }
                done++;
                LockSupport.parkNanos(pauseNanos);
            }
            end.complete(null);
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
        }
    }

    long done() {
        return done;
    }

    /** Waits until all writes are done. */
    void join() {
        end.join();
    }

    @Override
    public void close() {
        stopped = true;
        end.join();
    }
}
