/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what holds producers of the connector, without waiting for a broker that is away: such a producer waits for its last transaction to end, for an hour,
 * in a task that Flink does not interrupt any more and after three minutes takes for hung. It goes on by itself; what it may still end is its own
 * transaction: one that is to be committed, or one that no checkpoint has and that the next attempt fences.
 */
final class Closing {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    /** Closes, or leaves that to a thread of its own after {@link #PATIENCE}. */
    static void close(AutoCloseable holder) throws Exception {
        FutureTask<Void> closing = new FutureTask<>(() -> {
            holder.close();
            return null;
        });
        Thread thread = new Thread(closing, "kafka-sink-closing");
        thread.setDaemon(true);
        thread.start();
        try {
            closing.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "Kafka's producers could not be closed within {} s, and close by themselves", PATIENCE.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.info("Interrupted while Kafka's producers were closing; they close by themselves");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
