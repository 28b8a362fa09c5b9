/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import io.penstock.record.DeadLetter;
import io.penstock.record.ReplayRequest;
import io.penstock.record.SourceRecord;
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
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again, in a thread of its own, which letters are to be replayed. A place that does not answer is asked again later: it holds nobody
 * up. Everything else runs in the task's thread.
 */
final class ReplayReader implements SourceReader<SourceRecord, NoSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayReader.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    /** What may wait in memory. */
    private static final long MOST_BYTES = 32L << 20;

    private final DeadLetterTarget target;
    private final Duration every;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "dead-letters"));
    private final Queue<DeadLetter> found = new ConcurrentLinkedQueue<>();
    private volatile CompletableFuture<Void> available = new CompletableFuture<>();
    private boolean isTimeEnded;
    private boolean isAsking;

    /** Of the thread: what was found in this life, by id, and after how many attempts. */
    private final Map<String, Integer> sent = new HashMap<>();

    private DeadLetters letters;
    private boolean isAway;

    ReplayReader(DeadLetterTarget target) {
        this(target, EVERY);
    }

    ReplayReader(DeadLetterTarget target, Duration every) {
        this.target = target;
        this.every = every;
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<SourceRecord> output) {
        if (!isTimeEnded) {
            isTimeEnded = true;
            output.emitWatermark(new Watermark(Long.MAX_VALUE));
        }
        DeadLetter letter = found.poll();
        if (letter == null) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        output.collect(new ReplayRequest(letter), letter.change().version().timestamp());
        return found.isEmpty() ? InputStatus.NOTHING_AVAILABLE : InputStatus.MORE_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (!isTimeEnded || !found.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        if (available.isDone()) {
            available = new CompletableFuture<>();
        }
        CompletableFuture<Void> next = available;
        // What was found in between may have completed the one before.
        return found.isEmpty() ? next : CompletableFuture.completedFuture(null);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        if (!isAsking) {
            isAsking = true;
            thread.scheduleWithFixedDelay(this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
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
            for (DeadLetter letter : requested) {
                sent.put(letter.id(), letter.attempts());
                found.add(letter);
            }
            if (!requested.isEmpty()) {
                available.complete(null);
            }
        } catch (IOException | RuntimeException e) {
            if (!isAway) {
                LOG.warn("Cannot ask which dead letters are to be replayed, and will ask again: {}", e.toString());
            }
            isAway = true;
        }
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
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
