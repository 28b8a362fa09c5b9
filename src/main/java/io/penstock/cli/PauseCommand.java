/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Ending;
import io.penstock.cluster.Pause;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock pause}: stop, and remember where. */
@Command(
        name = "pause",
        header = "Stop a job; resume continues it.",
        description =
                "Stops a job with a savepoint and remembers it. Works in whatever state the job is: where no savepoint is to be"
                        + " had in time, as while source or target is down, the job is cancelled and its newest complete checkpoint is"
                        + " remembered; that costs some repeated work, and nothing is lost or doubled.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is paused, now or before", "1:failed", "2:wrong usage, or an invalid job file"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock pause jobs/cities.yaml",
            "  penstock pause --timeout 300 jobs/cities.yaml   a large state may need longer",
            "  penstock resume jobs/cities.yaml"
        })
final class PauseCommand extends Verb {
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to try for a savepoint; $${DEFAULT-VALUE} by default. 0 cancels at once.")
    private int timeout;

    /** For programs. */
    private record Paused(String job, boolean done, String how, String continuesFrom, String why, long millis) {}

    @Override
    Object act(Operation operation) throws IOException {
        long begun = System.nanoTime();
        Pause.Result result = new Pause(operation.job()).within(Duration.ofSeconds(timeout));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        String from = result.record().savepoint().orElse(null);
        if (result.finished()) {
            say(operation.name() + " came to its end by itself: everything is exported");
        } else if (!result.done()) {
            say(operation.name() + " is paused already, since "
                    + result.record().at());
        } else {
            say(operation.name() + " is paused, after " + seconds(took));
            explain(result.ending());
            say(
                    from == null
                            ? "  continues  "
                                    + (result.ending().how() == Ending.How.UNKNOWN
                                            ? "from the newest checkpoint that is found then"
                                            : "from the beginning: no checkpoint was complete yet")
                            : "  continues  from " + from);
            say("to continue it: penstock resume " + typed());
        }
        return new Paused(
                operation.name(),
                result.done(),
                result.ending().how().name(),
                from,
                result.ending().why(),
                took.toMillis());
    }

    private void explain(Ending ending) {
        switch (ending.how()) {
            case STOPPED -> say("  stopped    with a savepoint");
            case UNKNOWN -> say(
                    "  stopped    its cluster does not know it (any more); it may commit nothing from now on");
            default -> say("  stopped    without a savepoint (" + ending.why()
                    + "): what came after the checkpoint is read" + " again; nothing is lost or doubled");
        }
    }
}
