/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The complete checkpoints of a job's present life, found as an operator would: in its folder. */
final class Checkpoints {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private Checkpoints() {}

    /** Newest first. */
    static List<Path> of(Scene scene) throws IOException {
        Path life = scene.checkpoints();
        List<Path> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(life)) {
            folders.filter(folder -> folder.getFileName().toString().startsWith("chk-"))
                    .filter(folder -> Files.exists(folder.resolve("_metadata")))
                    .forEach(found::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        found.sort(Comparator.comparingLong(Checkpoints::number).reversed());
        return found;
    }

    static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /**
     * Returns within a millisecond of the next checkpoint's completion, which no sink knows of yet.
     *
     * @return its number
     */
    static long awaitNext(Scene scene) throws Exception {
        List<Path> before = of(scene);
        Path life = scene.checkpoints();
        long last = before.isEmpty() ? 0 : number(before.get(0));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            // Numbers of checkpoints that failed are left out.
            for (long next = last + 1; next <= last + 5; next++) {
                if (Files.exists(life.resolve("chk-" + next + "/_metadata"))) {
                    return next;
                }
            }
            LockSupport.parkNanos(200_000);
        }
        throw new IllegalStateException("no checkpoint within " + PATIENCE);
    }
}
