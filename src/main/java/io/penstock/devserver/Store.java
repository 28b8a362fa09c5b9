/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bson.BsonDocument;

/**
 * Everything the server keeps, in cluster time: the collections with the recent past of their documents, and the change log.
 * Writes are one after the other, under one lock; reads take a time and need no lock. A command's changes become visible,
 * and enter the log, together, when they are safe in the journal: a read at an operation time sees all changes up to it.
 */
final class Store {
    private final ReentrantLock lock = new ReentrantLock();
    private final Catalog catalog = new Catalog();
    private final ServerVersion version;
    private final ServerClock clock;
    private final ChangeLog log;
    private final History history;
    private volatile Journal journal = Journal.NONE;
    private final AtomicInteger unsynced = new AtomicInteger();
    private long last;
    private volatile long committed;

    Store(ServerVersion version, ServerClock clock, ChangeLog log, History history) {
        this.version = version;
        this.clock = clock;
        this.log = log;
        this.history = history;
    }

    ServerVersion version() {
        return version;
    }

    Catalog catalog() {
        return catalog;
    }

    ChangeLog log() {
        return log;
    }

    History history() {
        return history;
    }

    Journal journal() {
        return journal;
    }

    long millis() {
        return clock.millis();
    }

    /**
     * The operation time: everything up to it is visible, everything later will be greater. While nothing is written it
     * follows the clock in whole seconds, so that an idle stream's tokens advance; such a time is never an event's.
     */
    long now() {
        long second = (clock.millis() / 1000) << 32;
        if (second > committed && lock.tryLock()) {
            try {
                if (unsynced.get() == 0) {
                    last = Math.max(last, second);
                    committed = last;
                }
            } finally {
                lock.unlock();
            }
        }
        return committed;
    }

    /** The time of the next entry; under the lock. */
    long nextTime() {
        last = Math.max(last + 1, ((clock.millis() / 1000) << 32) | 1);
        return last;
    }

    /**
     * Runs a command that writes outside of a transaction. What it has written becomes visible when it ends, even by an error
     * in its middle; when it meets an open transaction's write, all is taken back.
     *
     * @param reply told to the journal, so that a retried command finds it again; may give null
     * @throws BlockedException when an open transaction is in the way
     */
    <T> T write(TransactionId retryable, Function<Writer, T> work, Function<T, BsonDocument> reply) {
        lock.lock();
        try {
            Changes changes = new Changes();
            Writer writer = new Writer(this, changes, null);
            BsonDocument remembered = null;
            try {
                T result = work.apply(writer);
                remembered = reply.apply(result);
                return result;
            } catch (BlockedException e) {
                changes.undo();
                throw e;
            } finally {
                publish(changes, retryable, remembered);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The same for a command that is never retried and answers no more than that it is done. */
    BsonDocument write(Consumer<Writer> work) {
        return write(
                (TransactionId) null,
                writer -> {
                    work.accept(writer);
                    return Docs.ok();
                },
                reply -> null);
    }

    /** Runs a command of an open transaction; when it fails, the caller aborts. */
    <T> T write(Transaction transaction, Function<Writer, T> work) {
        lock.lock();
        try {
            if (transaction.ended().isDone()) {
                throw Transaction.none(transaction.id());
            }
            return work.apply(new Writer(this, transaction.changes(), transaction));
        } finally {
            lock.unlock();
        }
    }

    /** @throws ServerError 251 when it has been given up meanwhile */
    void commit(Transaction transaction) {
        lock.lock();
        try {
            if (transaction.ended().isDone()) {
                throw Transaction.none(transaction.id());
            }
            if (!transaction.changes().isEmpty()) {
                transaction.changes().stamp(nextTime());
                publish(transaction.changes(), transaction.id(), Docs.ok());
            }
        } finally {
            end(transaction);
        }
    }

    void abort(Transaction transaction) {
        lock.lock();
        try {
            if (!transaction.ended().isDone()) {
                transaction.changes().undo();
            }
        } finally {
            end(transaction);
        }
    }

    /** What waits for the transaction goes on without the lock. */
    private void end(Transaction transaction) {
        lock.unlock();
        transaction.ended().complete(null);
    }

    private void publish(Changes changes, TransactionId retryable, BsonDocument reply) {
        if (changes.isEmpty()) {
            return;
        }
        List<ChangeEntry> entries = List.copyOf(changes.entries());
        changes.publish(history);
        history.trim(last);
        long time = last;
        unsynced.incrementAndGet();
        journal.append(new JournalRecord(entries, retryable, reply), () -> show(entries, time));
    }

    /** Shows what is safe on the disk: nobody has ever seen what a crash can take back. */
    private void show(List<ChangeEntry> entries, long time) {
        log.append(entries);
        committed = time;
        unsynced.decrementAndGet();
        log.signal();
    }

    /** Does again what one record of a journal tells; before the server answers anyone. */
    void recover(List<ChangeEntry> entries) {
        Changes changes = new Changes();
        Replay replay = new Replay(catalog, changes);
        entries.forEach(replay::apply);
        changes.publish(history);
        log.append(List.copyOf(changes.entries()));
        last = entries.get(entries.size() - 1).time();
        committed = last;
        history.trim(last);
    }

    /** Keeps what is written from now on. */
    void keepIn(Journal keeper) {
        journal = keeper;
    }
}
