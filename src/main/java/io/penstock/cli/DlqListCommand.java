/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock dlq list}. */
@Command(
        name = "list",
        header = "List dead letters.",
        description =
                "One line a letter, the oldest version first: the first digits of its id, the cluster time of its change, which sink could not"
                        + " export which document and why, how often its target refused it, and what has become of it; and how many there are.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dlq list jobs/orders.yaml",
            "  penstock dlq list jobs/orders.yaml --sink base --collection shop.orders --state open --state requested",
            "  penstock dlq list --json jobs/orders.yaml"
        })
final class DlqListCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Option(names = "--sink", paramLabel = "NAME", description = "Of this sink only.")
    private String sink;

    @Option(
            names = {"--collection", "--namespace"},
            paramLabel = "NS",
            description = "Of this collection only.")
    private String namespace;

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "In this state only: $${COMPLETION-CANDIDATES}. May be given several times.")
    private Set<LetterState> states = EnumSet.allOf(LetterState.class);

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs. */
    private record Listing(List<LetterEntry> letters, Map<LetterState, Long> totals) {}

    @Override
    public Integer call() throws Exception {
        List<LetterEntry> letters;
        try (JobLetters job = JobLetters.open(file)) {
            letters = job.store()
                    .list(LetterFilter.ALL.ofSink(sink).ofNamespace(namespace).in(states));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(new Listing(letters, LetterTable.totals(letters))));
        } else {
            LetterTable.of(letters).forEach(out::println);
        }
        out.flush();
        return 0;
    }
}
