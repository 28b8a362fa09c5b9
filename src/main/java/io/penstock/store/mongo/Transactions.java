/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import io.penstock.record.Backoff;
import io.penstock.store.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions as the driver's convenient API does: one that met another in the same documents is run again from its beginning, a commit
 * whose outcome is not known is sent again.
 *
 * <p>Not that API itself: it takes a server that is away for one that is busy, and says nothing of it for two minutes.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int COMMITS = 3;
    /** As the transactions specification has it, but doubled each time. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(5), Duration.ofMillis(500));

    /** Longer than others hold a document, unless one of them is frozen in its transaction. */
    private static final Duration GIVE_UP = Duration.ofSeconds(20);

    private final MongoClient client;
    private final AtomicLong repeated = new AtomicLong();

    Transactions(MongoClient client) {
        this.client = client;
    }

    /** Writes, and says whether that is to be committed. May be called again. */
    @FunctionalInterface
    interface Writing {
        boolean run(ClientSession session) throws IOException;
    }

    /**
     * Runs a transaction.
     *
     * @param doing what it is for, for messages
     * @return whether it was committed
     * @throws io.penstock.store.StoreAwayException when that cannot be told, or others are in its way for long
     */
    boolean run(String doing, Writing writing) throws IOException {
        long begun = System.nanoTime();
        for (int conflicts = 1; ; conflicts++) {
            try (ClientSession session = client.startSession()) {
                return once(session, writing);
            } catch (MongoException e) {
                if (!StoreErrors.isConflict(e) || System.nanoTime() - begun > GIVE_UP.toNanos()) {
                    throw StoreErrors.of(e, doing);
                }
                repeated.incrementAndGet();
                LOG.debug("Another wrote to the metadata store at the same time, trying again to {}", doing, e);
            }
            Patience.pause(BACKOFF.after(conflicts, Math.random()));
        }
    }

    /** How many were run again. */
    long repeated() {
        return repeated.get();
    }

    private static boolean once(ClientSession session, Writing writing) throws IOException {
        session.startTransaction();
        try {
            boolean isToBeCommitted = writing.run(session);
            if (isToBeCommitted) {
                commit(session);
            }
            return isToBeCommitted;
        } finally {
            if (session.hasActiveTransaction()) {
                session.abortTransaction();
            }
        }
    }

    /** A commit may be repeated; while nobody does, the transaction keeps others from what it wrote to. */
    private static void commit(ClientSession session) {
        for (int attempt = 1; ; attempt++) {
            try {
                session.commitTransaction();
                return;
            } catch (MongoException e) {
                if (attempt == COMMITS || !e.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL)) {
                    throw e;
                }
            }
        }
    }
}
