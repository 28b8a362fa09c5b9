/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Everything behind the network, put together. */
final class Engine implements AutoCloseable {
    /** A short change log does not shorten the history of snapshot reads: on a real server they are two things. */
    private static final long MIN_HISTORY_BYTES = 256L << 20;

    private final Store store;
    private final Dispatcher dispatcher;

    /**
     * @param address host and port that the server listens on
     * @param connections how many connections are open
     * @param timer ends waits
     */
    Engine(
            DevServerBuilder settings,
            Supplier<String> address,
            LongSupplier connections,
            ScheduledExecutorService timer) {
        store = new Store(
                settings.serverVersion(),
                settings.clock(),
                new ChangeLog(settings.changeLogBytes()),
                new History(settings.snapshotWindowSeconds(), Math.max(MIN_HISTORY_BYTES, settings.changeLogBytes())));
        RetryTable retried = new RetryTable();
        if (settings.dataDirectory() != null) {
            store.keepIn(new FileJournal(recover(settings.dataDirectory(), retried)));
        }
        Cursors cursors = new Cursors();
        Transactions transactions = new Transactions(store, retried, timer);
        FailPoints failPoints = new FailPoints();
        ChangeStreamCommands streams = new ChangeStreamCommands(store, cursors, timer);
        Access access = new Access(settings.users());
        Commands commands = CommandTable.of(
                store,
                cursors,
                streams,
                transactions,
                retried,
                failPoints,
                new InfoCommands(store, address, access),
                connections);
        access.addTo(commands);
        dispatcher = new Dispatcher(store, access, commands, cursors, streams, transactions, failPoints, timer);
    }

    private JournalFile recover(Path directory, RetryTable retried) {
        try {
            return JournalFile.open(directory, document -> {
                JournalRecord record = JournalRecord.of(document);
                store.recover(record.entries());
                if (record.reply() != null) {
                    retried.remember(record.retryable(), record.reply());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Store store() {
        return store;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    @Override
    public void close() {
        store.journal().close();
    }
}
