/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asking again until there is an answer, with a limit. */
final class Patience {
    private static final long INTERVAL_MILLIS = 200;

    private final long deadline;

    private Patience(long deadline) {
        this.deadline = deadline;
    }

    static Patience of(Duration limit) {
        return new Patience(System.nanoTime() + limit.toNanos());
    }

    /** What is left of it, never below zero. */
    long nanosLeft() {
        return Math.max(0, deadline - System.nanoTime());
    }

    boolean exhausted() {
        return nanosLeft() == 0;
    }

    /** Asks at least once; empty when there was no answer in time. */
    <T> Optional<T> until(Supplier<Optional<T>> question) {
        while (true) {
            Optional<T> answer = question.get();
            if (answer.isPresent() || exhausted()) {
                return answer;
            }
            pause();
        }
    }

    /** A moment, for what is asked to move on. */
    void pause() {
        try {
            // Nobody counts it down: a wait that an interrupt ends.
            if (new CountDownLatch(1).await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("counted down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for the cluster", e);
        }
    }
}
