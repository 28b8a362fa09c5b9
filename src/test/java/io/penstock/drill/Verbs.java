/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The operator's commands on one job, each {@code scripts/penstock} in a process of its own. */
final class Verbs {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    /** What a command did. */
    record Said(int exitCode, String output) {}

    private final Path folder;
    private final Flink flink;
    private final Path job;

    Verbs(Path folder, Flink flink, Path job) {
        this.folder = folder;
        this.flink = flink;
        this.job = job;
    }

    /** Does it, whatever comes of it. */
    Said tried(String verb, String... options) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of(verb, "--cluster", flink.address().toString()));
        arguments.addAll(Arrays.asList(options));
        arguments.add(job.toString());
        try (Child child = Child.penstock(verb, folder, Map.of(), arguments.toArray(String[]::new))) {
            return new Said(child.exitCode(LIMIT), child.output());
        }
    }

    /**
     * Does it.
     *
     * @return what it printed
     * @throws IllegalStateException when it failed
     */
    String done(String verb, String... options) throws IOException, InterruptedException {
        Said said = tried(verb, options);
        if (said.exitCode() != 0) {
            throw new IllegalStateException(verb + " ended with " + said.exitCode() + ":\n" + said.output());
        }
        return said.output();
    }
}
