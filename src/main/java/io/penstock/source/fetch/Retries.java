/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import com.mongodb.MongoException;
import io.penstock.record.Backoff;
import io.penstock.source.server.ServerErrors;
import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long to wait before the next attempt after faults that pass, such as an election: see {@link Backoff}, and only for
 * so long. One fetcher's thread.
 */
public final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
    private static final Duration GIVE_UP = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final FaultLog log;
    private int faults;
    private long firstFault;

    /**
     * @param nanoTime as {@link System#nanoTime()}
     * @param random 0 to 1
     */
    public Retries(LongSupplier nanoTime, DoubleSupplier random) {
        this(nanoTime, random, new FaultLog());
    }

    private Retries(LongSupplier nanoTime, DoubleSupplier random, FaultLog log) {
        this.nanoTime = nanoTime;
        this.random = random;
        this.log = log;
    }

    /** With the real clock, telling of each fault. */
    public static Retries create(FaultLog log) {
        return new Retries(System::nanoTime, Math::random, log);
    }

    /** With the real clock. */
    public static Retries create() {
        return new Retries(System::nanoTime, Math::random);
    }

    /** The last attempt went well. */
    public void succeeded() {
        faults = 0;
    }

    /** How many attempts failed in a row. */
    public int faults() {
        return faults;
    }

    /**
     * How long to wait after a fault.
     *
     * @param doing what was tried, for the message
     * @throws SourceRefusedException when the user may not
     * @throws IOException when it does not pass, or has not passed for five minutes
     */
    public Duration pauseAfter(MongoException fault, String doing) throws IOException {
        if (ServerErrors.isRefused(fault)) {
            throw new SourceRefusedException(doing, fault);
        }
        if (!ServerErrors.isPassing(fault)) {
            throw new IOException(doing + " failed: " + fault.getMessage(), fault);
        }
        if (faults == 0) {
            firstFault = nanoTime.getAsLong();
        }
        faults++;
        log.add(fault.getMessage());
        Duration sinceFirst = Duration.ofNanos(nanoTime.getAsLong() - firstFault);
        if (sinceFirst.compareTo(GIVE_UP) > 0) {
            throw new IOException(
                    doing + " has failed for " + sinceFirst.toSeconds() + " s: " + fault.getMessage(), fault);
        }
        LOG.warn("{} failed (attempt {}), trying again: {}", doing, faults, fault.getMessage());
        return BACKOFF.after(faults, random.getAsDouble());
    }

    /**
     * Calls until it goes well. Blocks between the attempts.
     *
     * @throws IOException as {@link #pauseAfter}
     */
    public static <T> T call(Supplier<T> attempt, String doing) throws IOException {
        Retries retries = create();
        Pause pause = new Pause();
        while (true) {
            try {
                return attempt.get();
            } catch (MongoException e) {
                pause.take(retries.pauseAfter(e, doing));
            }
        }
    }
}
