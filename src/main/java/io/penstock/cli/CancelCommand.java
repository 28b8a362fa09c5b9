/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Cancellation;
import io.penstock.cluster.Ending;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code penstock cancel}: the job ends now, and for good. */
@Command(
        name = "cancel",
        header = "End a job now, without a savepoint.",
        description =
                "Ends a job now, without a savepoint and without asking. Its checkpoints and savepoints stay, so that"
                        + " resume can still continue it; to stop a job for a while, pause it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it has ended", "1:failed", "2:wrong usage, or an invalid job file"},
        footerHeading = "%nExamples:%n",
        footer = {"  penstock cancel jobs/cities.yaml", "  penstock resume jobs/cities.yaml"})
final class CancelCommand extends Verb {
    /** For programs. */
    private record Cancelled(String job, String ended, String newest) {}

    @Override
    Object act(Operation operation) throws IOException {
        Ending ending = new Cancellation(operation.job()).now();
        String newest = ending.newest().map(state -> state.path().toString()).orElse(null);
        say(operation.name() + " " + EndingWords.of(ending));
        say(
                newest == null
                        ? "it has left no checkpoint; a new start begins from the beginning"
                        : "what stays: everything that was exported, and the state in "
                                + operation.file().spec().pipeline().stateDir() + "; the newest is " + newest);
        return new Cancelled(operation.name(), ending.how().name(), newest);
    }
}
