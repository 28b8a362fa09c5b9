/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionAttemptedEvent;
import io.penstock.record.Backoff;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a target until it answers: failures that pass are repeated, with waits that grow and are never two callers' at the same time
 * (exponential, full jitter), until the call has taken as long as it may; others are thrown at once. Blocks. Used by one thread.
 *
 * <p>While the target fails the circuit is open: from one caller there is one attempt after each wait, which grows to {@link #LONGEST_WAIT}, and no more.
 *
 * <p>Full jitter: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
public final class Attempts {
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), LONGEST_WAIT);

    private final String sink;
    private final FaultTable faults;
    private final Duration patience;
    private final OutageMetrics metrics;
    private final DoubleSupplier random;

    /** Something to be done at a target. */
    @FunctionalInterface
    public interface Attempt<T> {
        /** @param number 1 for the first attempt: later ones may find done what an earlier one was not told of */
        T run(int number) throws IOException;
    }

    /**
     * Attempts of a sink.
     *
     * @param sink its name, for messages
     * @param patience how long a call may take before it is given up, see {@link #patience}
     */
    public Attempts(String sink, FaultTable faults, Duration patience, OutageMetrics metrics) {
        this(sink, faults, patience, metrics, Math::random);
    }

    /**
     * With waits of a choice, as tests need them.
     *
     * @param random 0 to 1: which part of the longest possible wait each one takes
     */
    public Attempts(String sink, FaultTable faults, Duration patience, OutageMetrics metrics, DoubleSupplier random) {
        this.sink = sink;
        this.faults = faults;
        this.patience = patience;
        this.metrics = metrics;
        this.random = random;
    }

    /** Half of what a checkpoint may take, five minutes at most: whoever waits so long holds up one checkpoint and does not end it. */
    public static Duration patience(Duration checkpointTimeout) {
        Duration half = checkpointTimeout.dividedBy(2);
        return half.compareTo(MOST_PATIENCE) < 0 ? half : MOST_PATIENCE;
    }

    /**
     * Calls.
     *
     * @param doing what, for messages: "stage changes for orders"
     * @return what the attempt returned that went well
     * @throws TargetDownException when it has not gone well for as long as it may take
     * @throws SystemicFaultException when a person has to mend something
     * @throws IOException the attempt's own when the target refused a change for itself; an {@link InterruptedIOException} when the task is cancelled
     */
    public <T> T call(String doing, Attempt<T> attempt) throws IOException {
        RetryPolicy<T> policy = RetryPolicy.<T>builder()
                .handleIf(this::isTransient)
                .withMaxRetries(-1)
                .withMaxDuration(patience)
                .withDelayFn(context -> BACKOFF.after(context.getAttemptCount(), random.getAsDouble()))
                .onFailedAttempt(failed -> failed(doing, failed))
                .build();
        try {
            T result = Failsafe.with(policy).get(context -> {
                metrics.attempt(context.getAttemptCount() > 0);
                return attempt.run(context.getAttemptCount() + 1);
            });
            metrics.succeeded();
            return result;
        } catch (FailsafeException e) {
            throw interrupted(doing, e);
        } catch (RuntimeException e) {
            throw failure(doing, e);
        }
    }

    private boolean isTransient(Throwable failure) {
        return !Thread.currentThread().isInterrupted() && faults.of(failure).kind() == Fault.Kind.TRANSIENT;
    }

    private void failed(String doing, ExecutionAttemptedEvent<?> failed) {
        metrics.failed();
        LOG.warn(
                "Sink {} cannot {} (attempt {}), and tries again: {}",
                sink,
                doing,
                failed.getAttemptCount(),
                String.valueOf(failed.getLastException().getMessage()));
    }

    private IOException interrupted(String doing, FailsafeException e) {
        if (e.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting to " + doing);
            interrupted.initCause(e);
            return interrupted;
        }
        return failure(doing, e.getCause());
    }

    /** What is thrown for a failure that is not, or no longer, to be tried again; says what can be done. */
    public IOException failure(String doing, Throwable failure) {
        Fault fault = faults.of(failure);
        // Whoever shows a failure takes the deepest sentence of ours: that of the target's client is in this one,
        // without what to do.
        Throwable cause = failure instanceof IOException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (fault.kind()) {
            case TRANSIENT -> new TargetDownException(
                    "Sink " + sink + ": its target has not answered for " + patience.toSeconds() + " s, cannot " + doing
                            + ": " + failure.getMessage()
                            + ". Nothing is lost: the job starts again, and goes on once the target is back",
                    cause);
            case SYSTEMIC -> new SystemicFaultException(
                    "Sink " + sink + ": " + failure.getMessage()
                            + (fault.advice().isEmpty() ? "" : ". " + fault.advice()),
                    cause);
            case RECORD -> failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
        };
    }
}
