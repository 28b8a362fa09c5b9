/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Counts the lines of an export as they are committed. Used by one thread. */
final class CommittedLines {
    /** Whether to go on waiting; throws when there is no sense in it. */
    interface Check {
        void run() throws Exception;
    }

    private final Path export;
    private final Set<Path> counted = new HashSet<>();
    private long lines;

    CommittedLines(Path export) {
        this.export = export;
    }

    /** Waits until there are so many. */
    void await(long expected, Check check) throws Exception {
        while (count() < expected) {
            check.run();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** A committed file never changes, so each is read once. */
    long count() throws IOException {
        if (!Files.exists(export)) {
            return 0;
        }
        for (Path folder : listed(export)) {
            for (Path file : listed(folder)) {
                if (file.getFileName().toString().startsWith("part-") && counted.add(file)) {
                    lines += linesOf(file);
                }
            }
        }
        return lines;
    }

    /** Names only: a hidden file may be renamed at any moment, and looking at one that is gone is an error. */
    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static long linesOf(Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long lines = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        lines++;
                    }
                }
            }
        }
        return lines;
    }
}
