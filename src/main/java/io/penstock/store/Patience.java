/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again while the store is away: after a second on average, for five minutes, which is less than a checkpoint may take. */
public final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int LONGEST_PAUSE_MILLIS = 2000;

    private Patience() {}

    /**
     * Calls until the store answers. Blocks; ends when its thread is interrupted.
     *
     * @throws StoreAwayException when it has not answered for five minutes
     */
    public static <T> T call(Callable<T> attempt) throws IOException {
        long begun = System.nanoTime();
        for (int faults = 0; ; faults++) {
            try {
                return attempt.call();
            } catch (StoreAwayException away) {
                if (System.nanoTime() - begun > LIMIT.toNanos()) {
                    throw away;
                }
                if (faults == 0) {
                    LOG.warn("{} It is waited for; nothing is committed meanwhile", away.getMessage());
                }
                pause();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private static void pause() throws IOException {
        try {
            new CountDownLatch(1)
                    .await(ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_MILLIS) + 1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the metadata store");
        }
    }
}
