/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.Backoff;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again while the store is away: with growing pauses, for five minutes, which is less than a checkpoint may take. */
public final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** Five seconds: so much later than the store is the job back. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));

    /** Waits as long as it is told. */
    @FunctionalInterface
    interface Waiting {
        void take(Duration length) throws IOException;
    }

    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Waiting waiting;

    /**
     * @param nanoTime as {@link System#nanoTime()}
     * @param random 0 to 1
     */
    Patience(LongSupplier nanoTime, DoubleSupplier random, Waiting waiting) {
        this.nanoTime = nanoTime;
        this.random = random;
        this.waiting = waiting;
    }

    /**
     * Calls until the store answers. Blocks; ends when its thread is interrupted.
     *
     * @throws StoreAwayException when it has not answered for five minutes
     */
    public static <T> T call(Callable<T> attempt) throws IOException {
        return new Patience(System::nanoTime, Math::random, Patience::pause).keepCalling(attempt);
    }

    <T> T keepCalling(Callable<T> attempt) throws IOException {
        long begun = nanoTime.getAsLong();
        for (int faults = 1; ; faults++) {
            try {
                T answer = attempt.call();
                if (faults > 1) {
                    LOG.info(
                            "The metadata store answers again, after {} s",
                            since(begun).toSeconds());
                }
                return answer;
            } catch (StoreAwayException away) {
                if (since(begun).compareTo(LIMIT) > 0) {
                    throw away;
                }
                if (faults == 1) {
                    LOG.warn("{} It is waited for; nothing is committed meanwhile", away.getMessage());
                }
                waiting.take(BACKOFF.after(faults, random.getAsDouble()));
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private Duration since(long begun) {
        return Duration.ofNanos(nanoTime.getAsLong() - begun);
    }

    /**
     * Waits.
     *
     * @throws InterruptedIOException when the thread is interrupted
     */
    public static void pause(Duration length) throws IOException {
        try {
            new CountDownLatch(1).await(length.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the metadata store");
        }
    }
}
