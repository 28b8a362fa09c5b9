/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in a file. One thread writes and syncs what has gathered while it did so the last time: all commands that wait
 * share one sync of the disk.
 */
final class FileJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final long MAX_GATHERED = 128L << 20;

    private record Pending(ByteBuffer framed, Runnable durable) {}

    private final JournalFile file;
    private final Thread thread = new Thread(this::run, "dev-server-journal");
    private List<Pending> gathered = new ArrayList<>();
    private CompletableFuture<Void> next = new CompletableFuture<>();
    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    private long bytes;
    private boolean closed;
    private IOException failure;

    FileJournal(JournalFile file) {
        this.file = file;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void append(JournalRecord record, Runnable durable) {
        ByteBuffer framed = JournalFile.framed(Docs.bytes(record.document()));
        synchronized (this) {
            while (bytes > MAX_GATHERED && failure == null) {
                await();
            }
            gathered.add(new Pending(framed, durable));
            bytes += framed.remaining();
            notifyAll();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the journal is written", e);
        }
    }

    @Override
    public synchronized CompletableFuture<Void> synced() {
        if (failure != null) {
            return CompletableFuture.failedFuture(refusal());
        }
        return gathered.isEmpty() ? running : next;
    }

    private ServerError refusal() {
        return new ServerError(14031, "OutOfDiskSpace", "The journal cannot be written: " + failure.getMessage());
    }

    private void run() {
        while (true) {
            List<Pending> batch;
            CompletableFuture<Void> done;
            synchronized (this) {
                while (gathered.isEmpty() && !closed) {
                    await();
                }
                if (gathered.isEmpty()) {
                    return;
                }
                batch = gathered;
                done = next;
                running = next;
                gathered = new ArrayList<>();
                next = new CompletableFuture<>();
                bytes = 0;
                notifyAll();
            }
            write(batch, done);
        }
    }

    private void write(List<Pending> batch, CompletableFuture<Void> done) {
        try {
            if (failure == null) {
                file.write(batch.stream().map(Pending::framed).toList());
                batch.forEach(one -> one.durable().run());
                done.complete(null);
                return;
            }
        } catch (IOException e) {
            LOG.error("The journal cannot be written; from now on no write is acknowledged", e);
            synchronized (this) {
                failure = e;
                notifyAll();
            }
        }
        done.completeExceptionally(refusal());
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
