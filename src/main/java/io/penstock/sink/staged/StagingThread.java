/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.sink.outage.OutageMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Stages portions behind a writer's back, one after the other and in the order in which they come, so that for each key the order stays what it was. What waits
 * is bounded; a target that does not answer holds up the writer only when that much has come.
 *
 * <p>Its methods are for the writer's task thread, which waits in them plainly: no timer runs meanwhile that could emit something.
 */
final class StagingThread {
    /** With the portion that is being filled, 32 MB. */
    private static final long MOST_WEIGHT = 28 << 20;

    /** An attempt at the target can be waited for, and is not interrupted. It ends by its own time-outs. */
    private static final Duration LAST_ATTEMPT = Duration.ofSeconds(20);

    private final Thread thread;
    private final OutageMetrics metrics;
    private final Staging staging;
    private final Deque<Portion> waiting = new ArrayDeque<>();
    private long weight;
    private long changes;
    private Throwable failure;
    private boolean isClosed;

    /** What is to be done with each portion. */
    interface Staging {
        void stage(Portion portion) throws IOException;

        /** Called once, by the thread, when it ends. */
        void close() throws Exception;
    }

    /** @param name for the thread */
    StagingThread(String name, OutageMetrics metrics, Staging staging) {
        this.metrics = metrics;
        this.staging = staging;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Hands a portion over; waits for room first.
     *
     * @throws IOException what an earlier portion failed with
     */
    synchronized void put(Portion portion) throws IOException, InterruptedException {
        requireSound();
        while (!waiting.isEmpty() && weight + portion.weight() > MOST_WEIGHT) {
            wait();
            requireSound();
        }
        waiting.add(portion);
        weight += portion.weight();
        changes += portion.changes();
        tell(0, 0);
        notifyAll();
    }

    /** Waits until all is staged. */
    synchronized void drain() throws IOException, InterruptedException {
        requireSound();
        while (!waiting.isEmpty()) {
            wait();
            requireSound();
        }
        tell(0, 0);
    }

    /** Tells of what is being filled, besides what waits here. */
    synchronized void filling(Portion portion) throws IOException {
        requireSound();
        tell(portion.changes(), portion.since());
    }

    private void tell(long filling, long since) {
        metrics.buffered(
                changes + filling,
                waiting.isEmpty() ? since : waiting.getFirst().since());
    }

    private void requireSound() throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IOException("staging failed: " + failure.getMessage(), failure);
        }
    }

    private void run() {
        try (AutoCloseable closing = staging::close) {
            for (Portion next = next(); next != null; next = next()) {
                staging.stage(next);
                staged(next);
            }
        } catch (InterruptedException e) {
            // The writer is closed.
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Null when there will be none. */
    private synchronized Portion next() throws InterruptedException {
        while (waiting.isEmpty() && !isClosed) {
            wait();
        }
        return isClosed ? null : waiting.getFirst();
    }

    private synchronized void staged(Portion portion) {
        waiting.removeFirst();
        weight -= portion.weight();
        changes -= portion.changes();
        notifyAll();
    }

    private synchronized void failed(Throwable e) {
        failure = e;
        notifyAll();
    }

    /** Ends the thread; what waits is not staged. */
    void close() throws InterruptedException {
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
        thread.interrupt();
        thread.join(LAST_ATTEMPT.toMillis());
    }
}
