/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.flink.util.FileUtils;

/**
 * The state folder of a job that runs on this machine: its checkpoints and its record, its log, and a lock, so that one process here
 * holds it at a time.
 */
final class StateFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;

    private StateFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Takes the folder, and makes it when it is not there.
     *
     * @throws Failure when another process holds it
     */
    static StateFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lock)) {
                lock.close();
                throw Failure.failed("another run of this job is going on: it holds " + folder
                        + " (stop it first, or give this job a state-dir of its own)");
            }
            StateFolder state = new StateFolder(folder, lock);
            FileUtils.deleteDirectory(state.temporary().toFile());
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the state folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    /** The log of all runs. */
    Path log() {
        return folder.resolve("penstock.log");
    }

    /** Where Flink keeps the checkpoints, one folder a start. */
    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** What the embedded server keeps. */
    Path server() {
        return folder.resolve("embedded-server");
    }

    /** How far a job of increments has come. */
    Path increment() {
        return folder.resolve("increment.json");
    }

    /** Emptied at each start: a killed process leaves its unpacked libraries and its working state here. */
    Path temporary() {
        return folder.resolve("tmp");
    }

    /** What is to be read of versions of this program that kept no record. */
    Path oldPointer() {
        return folder.resolve("continue.json");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
