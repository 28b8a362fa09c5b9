/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Savepoint;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock savepoint}: a point to come back to; the job goes on. */
@Command(
        name = "savepoint",
        header = "Take a savepoint of a running job.",
        description =
                "Takes a savepoint of a running job, which goes on, and prints its path. A savepoint is never removed by"
                        + " Flink or Penstock; rollback --to goes back to it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the savepoint is there", "1:failed", "2:wrong usage, or an invalid job file"},
        footerHeading = "%nExamples:%n",
        footer = {"  penstock savepoint jobs/cities.yaml", "  penstock savepoint --json jobs/cities.yaml"})
final class SavepointCommand extends Verb {
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long to wait for it; $${DEFAULT-VALUE} by default.")
    private int timeout;

    /** For programs. */
    private record Taken(String job, String savepoint, long millis) {}

    @Override
    Object act(Operation operation) throws IOException {
        long begun = System.nanoTime();
        String path = new Savepoint(operation.job()).take(Duration.ofSeconds(timeout));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        say(path);
        say("taken in " + seconds(took) + "; the job goes on. To go back to it: penstock rollback " + typed() + " --to "
                + path);
        return new Taken(operation.name(), path, took.toMillis());
    }
}
