/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** Held while processes of a folder are started or stopped; the operating system takes it from a holder that dies. */
final class FolderLock {
    private FolderLock() {}

    interface Step<T> {
        T run() throws InterruptedException;
    }

    /**
     * Runs it alone.
     *
     * @throws ClusterException when another start or stop is under way
     */
    static <T> T held(ClusterFolder folder, Step<T> step) throws InterruptedException {
        try {
            Files.createDirectories(folder.root());
            try (FileChannel channel =
                            FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    throw busy(folder);
                }
                return step.run();
            }
        } catch (OverlappingFileLockException e) {
            throw busy(folder);
        } catch (IOException e) {
            throw new ClusterException("cannot use the folder " + folder.root(), e);
        }
    }

    private static ClusterException busy(ClusterFolder folder) {
        return new ClusterException(
                "another command is starting or stopping the cluster in " + folder.root() + " right now");
    }
}
