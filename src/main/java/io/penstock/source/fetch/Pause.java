/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A wait of a fetcher that another thread can end, so that neither new splits nor closing have to wait for it. */
public final class Pause {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wakeUp;

    /** Waits as long as it is told, or until {@link #end()}; one call of that, before or during the wait, ends one wait. */
    public void take(Duration length) throws InterruptedIOException {
        lock.lock();
        try {
            long left = length.toNanos();
            while (left > 0 && !wakeUp) {
                left = woken.awaitNanos(left);
            }
            wakeUp = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while waiting " + TimeUnit.NANOSECONDS.toMillis(length.toNanos()) + " ms");
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait. Any thread. */
    public void end() {
        lock.lock();
        try {
            wakeUp = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
