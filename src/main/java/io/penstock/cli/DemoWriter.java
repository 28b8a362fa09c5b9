/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Someone who works with the collection while it is exported: inserts, updates, replaces and deletes in small bursts,
 * and now and then inserts again what was deleted. What is written depends on the seed alone.
 */
final class DemoWriter implements AutoCloseable {
    private static final int BURST = 10;
    private static final long PAUSE_MILLIS = 20;
    private static final int FIRST_NEW_ID = 100_000_000;

    private final MongoCollection<BsonDocument> collection;
    private final Random random;
    private final List<BsonValue> present;
    private final List<BsonValue> deleted = new ArrayList<>();
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "demo writer"));
    private ScheduledFuture<?> writing;
    private int nextId = FIRST_NEW_ID;
    private volatile long changes;

    /** Works on a collection that holds exactly these {@code _id}s. */
    DemoWriter(MongoCollection<BsonDocument> collection, List<BsonValue> ids, long seed) {
        this.collection = collection;
        this.present = new ArrayList<>(ids);
        this.random = new Random(seed);
    }

    /** Begins to write, in a thread of its own, about {@code 1000 / PAUSE_MILLIS * BURST} changes a second. */
    void start() {
        writing = executor.scheduleWithFixedDelay(this::burst, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many changes were made so far. */
    long changes() {
        return changes;
    }

    /** Stops after the burst that is being written. */
    @Override
    public void close() throws InterruptedException {
        executor.shutdown();
        if (!executor.awaitTermination(30, TimeUnit.SECONDS)) {
            throw Failure.failed("the source did not answer for 30 seconds");
        }
        if (writing != null && !writing.isCancelled()) {
            try {
                writing.get();
            } catch (ExecutionException e) {
                throw Failure.failed("writing to the source failed: " + Failures.line(e), e);
            }
        }
    }

    private void burst() {
        for (int i = 0; i < BURST; i++) {
            int choice = random.nextInt(100);
            if (choice < 25 || present.isEmpty()) {
                insert();
            } else if (choice < 70) {
                collection.updateOne(Filters.eq(any()), update());
            } else if (choice < 80) {
                BsonValue id = any();
                collection.replaceOne(Filters.eq(id), document(id));
            } else {
                BsonValue id = present.remove(swapLast(random.nextInt(present.size())));
                collection.deleteOne(Filters.eq(id));
                deleted.add(id);
            }
            changes = changes + 1;
        }
    }

    private void insert() {
        BsonValue id = !deleted.isEmpty() && random.nextInt(3) == 0
                ? deleted.remove(deleted.size() - 1)
                : new BsonInt32(nextId++);
        collection.insertOne(document(id));
        present.add(id);
    }

    private Bson update() {
        return switch (random.nextInt(3)) {
            case 0 -> Updates.inc("population", random.nextInt(1000));
            case 1 -> Updates.push("visits", random.nextInt());
            default -> Updates.combine(Updates.set("mayor.name", "M" + random.nextInt()), Updates.unset("adminCode"));
        };
    }

    private BsonDocument document(BsonValue id) {
        return new BsonDocument("_id", id)
                .append("name", new BsonString("Newtown " + random.nextInt()))
                .append("population", new BsonInt32(random.nextInt(1_000_000)));
    }

    private BsonValue any() {
        return present.get(random.nextInt(present.size()));
    }

    /** Moves the chosen one to the end, where it can be removed without moving all others. */
    private int swapLast(int index) {
        int last = present.size() - 1;
        BsonValue chosen = present.get(index);
        present.set(index, present.get(last));
        present.set(last, chosen);
        return last;
    }
}
