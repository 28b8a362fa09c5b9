/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Rescale;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock rescale}: more or fewer subtasks. */
@Command(
        name = "rescale",
        header = "Change a running job's parallelism.",
        description =
                "Changes a running job's parallelism: in place where the cluster has the adaptive scheduler, else by a savepoint"
                        + " and a start from it. The next resume takes the job file's parallelism again.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or accepted and waiting for the cluster",
            "1:refused, or failed",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock rescale jobs/cities.yaml -p 4",
            "  penstock rescale jobs/cities.yaml -p 8 --wait   TaskManagers are to come"
        })
final class RescaleCommand extends Verb {
    @Option(
            names = {"-p", "--parallelism"},
            required = true,
            paramLabel = "N",
            description = "Subtasks of each operator, up to the job's max-parallelism.")
    private Integer parallelism;

    @Option(names = "--wait", description = "Ask for more slots than there are; the job takes them as they come.")
    private boolean waits;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to try for a savepoint where one is needed; $${DEFAULT-VALUE} by default.")
    private int timeout;

    /** For programs. */
    private record Rescaled(String job, String way, int before, int now, Long millis) {}

    @Override
    Integer parallelism() {
        return parallelism;
    }

    @Override
    Object act(Operation operation) throws IOException {
        Rescale.Result result = new Rescale(operation.job()).to(parallelism, waits, Duration.ofSeconds(timeout));
        say(
                switch (result.way()) {
                    case NOTHING_TO_DO -> operation.name() + " runs with " + parallelism + " already";
                    case IN_PLACE -> operation.name() + " is rescaled in place from " + result.before() + " to "
                            + parallelism;
                    case BY_SAVEPOINT -> operation.name() + " is rescaled by a savepoint from " + result.before()
                            + " to " + parallelism + " (the cluster has no adaptive scheduler)";
                });
        if (result.way() != Rescale.Way.NOTHING_TO_DO) {
            say(result.took()
                    .map(time -> "running with " + parallelism + " after " + seconds(time))
                    .orElse("it does not run with " + parallelism + " yet; to see it: penstock status " + typed()));
            say("the next resume takes the job file's parallelism again, unless it is given -p");
        }
        return new Rescaled(
                operation.name(),
                result.way().name(),
                result.before(),
                parallelism,
                result.took().map(Duration::toMillis).orElse(null));
    }
}
