/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.penstock.job.MixedWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;

/**
 * Writes of all kinds without end, in a thread of its own, through whatever befalls the server: after a write that fails the
 * next one is tried. Between them it counts up in documents of its own, so that what the server has acknowledged is known for
 * certain.
 */
final class Load implements AutoCloseable {
    private static final int COUNTERS = 8;
    private static final long AFTER_A_FAILURE = TimeUnit.MILLISECONDS.toNanos(200);

    private final MixedWriter writer;
    private final MongoCollection<Document> counters;
    private final int keys;
    private final long pauseNanos;
    private final long[] tried = new long[COUNTERS];
    private final long[] acknowledged = new long[COUNTERS];
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long writes;
    private volatile boolean stopped;

    /**
     * @param keys how many different {@code _id}s there are to draw from
     * @param perSecond pairs of a write of any kind and a count
     */
    Load(MixedWriter writer, MongoCollection<Document> collection, int keys, int perSecond) {
        this.writer = writer;
        this.counters = collection.withWriteConcern(WriteConcern.MAJORITY);
        this.keys = keys;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        Thread thread = new Thread(this::run, "load");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (long i = 0; !stopped; i++) {
                attempt((int) (i % COUNTERS));
                LockSupport.parkNanos(pauseNanos);
            }
            end.complete(null);
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
        }
    }

    private void attempt(int counter) {
        try {
            tried[counter]++;
            counters.updateOne(
                    Filters.eq(name(counter)), Updates.set("count", tried[counter]), new UpdateOptions().upsert(true));
            acknowledged[counter] = tried[counter];
            writer.write(keys);
            writes += 2;
        } catch (MongoException e) {
            LockSupport.parkNanos(AFTER_A_FAILURE);
        }
    }

    private static String name(int counter) {
        return "counter " + counter;
    }

    /** Acknowledged writes, transactions counted once. */
    long writes() {
        return writes;
    }

    /** What the server has acknowledged and does not have; once this is closed. */
    List<String> lostByTheServer() {
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < COUNTERS; i++) {
            Document counter = counters.find(Filters.eq(name(i))).first();
            long found = counter == null ? 0 : counter.getLong("count");
            if (found < acknowledged[i] || found > tried[i]) {
                lost.add(name(i) + ": acknowledged " + acknowledged[i] + ", found " + found);
            }
        }
        return lost;
    }

    /** Waits for the write that is under way; what the thread failed of is thrown here. */
    @Override
    public void close() {
        stopped = true;
        end.join();
    }
}
