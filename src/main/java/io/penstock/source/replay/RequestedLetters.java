/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import io.penstock.record.DeadLetter;
import io.penstock.store.DeadLetterTarget;
import io.penstock.store.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again, in a thread of its own, which letters are to be replayed. A place that does not answer is asked again later: it holds nobody
 * up. Used by a reader's task thread.
 */
final class RequestedLetters {
    private static final Logger LOG = LoggerFactory.getLogger(RequestedLetters.class);

    /** What may wait in memory. */
    private static final long MOST_BYTES = 32L << 20;

    private final DeadLetterTarget target;
    private final Duration every;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "dead-letters"));
    private final Queue<DeadLetter> found = new ConcurrentLinkedQueue<>();
    private volatile CompletableFuture<Void> waiting = new CompletableFuture<>();
    private boolean isStarted;

    /** Of the thread: what was found in this life, by id, and after how many attempts. */
    private final Map<String, Integer> sent = new HashMap<>();

    private DeadLetters letters;
    private boolean isAway;

    RequestedLetters(DeadLetterTarget target, Duration every) {
        this.target = target;
        this.every = every;
    }

    /** Begins to ask; does nothing when it has begun. */
    void start() {
        if (!isStarted) {
            isStarted = true;
            thread.scheduleWithFixedDelay(this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The next; null when there is none. Each once, unless it was refused again meanwhile and asked for anew. */
    DeadLetter poll() {
        return found.poll();
    }

    /** Completes the future when there is something, at once if there is already; one at a time. */
    void wake(CompletableFuture<Void> next) {
        waiting = next;
        if (!found.isEmpty()) {
            next.complete(null);
        }
    }

    private void ask() {
        if (!found.isEmpty()) {
            return;
        }
        try {
            if (letters == null) {
                letters = target.open();
            }
            List<DeadLetter> requested = letters.requested(sent, MOST_BYTES);
            isAway = false;
            requested.forEach(letter -> sent.put(letter.id(), letter.attempts()));
            found.addAll(requested);
            if (!requested.isEmpty()) {
                waiting.complete(null);
            }
        } catch (IOException | RuntimeException e) {
            if (!isAway) {
                LOG.warn("Cannot ask which dead letters are to be replayed, and will ask again: {}", e.toString());
            }
            isAway = true;
        }
    }

    /** Lets go of the place, once it has answered. */
    void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            if (letters != null) {
                letters.close();
            }
        });
        thread.shutdown();
    }
}
