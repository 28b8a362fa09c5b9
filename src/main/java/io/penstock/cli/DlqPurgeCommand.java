/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.AuditEvent;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock dlq purge}. */
@Command(
        name = "purge",
        header = "Remove dead letters for good.",
        description =
                "Removes letters with their changes, whatever their state; what they hold is then in the source only. Without --yes it says what"
                        + " it would remove, and removes nothing. Open letters that are gone count no more against dead-letters.max-count.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:they are gone", "1:failed", "2:wrong usage, an invalid job file, or --yes is missing"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dlq purge jobs/orders.yaml --replayed --yes",
            "  penstock dlq purge jobs/orders.yaml 3fa92c 77b01d --yes"
        })
final class DlqPurgeCommand implements Callable<Integer> {
    @Mixin
    private LetterChoice choice;

    @Option(names = "--replayed", description = "All that were replayed or superseded.")
    private boolean ended;

    @Option(names = "--yes", description = "Remove them.")
    private boolean confirmed;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs. */
    private record Purged(String job, boolean done, List<LetterEntry> letters) {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (JobLetters job = JobLetters.open(choice.jobFile())) {
            List<LetterEntry> chosen = chosen(job);
            boolean done = confirmed || chosen.isEmpty();
            if (done) {
                purge(job, chosen);
            }
            if (json) {
                out.println(Json.of(new Purged(job.job().name(), done, chosen)));
            } else {
                LetterTable.of(chosen).forEach(out::println);
                if (!chosen.isEmpty()) {
                    out.println(done ? "removed" : "nothing was removed: add --yes to remove them");
                }
            }
            out.flush();
            return done ? 0 : Failure.USAGE;
        }
    }

    private List<LetterEntry> chosen(JobLetters job) throws IOException {
        if (!ended) {
            return choice.of(job.store(), EnumSet.allOf(LetterState.class));
        }
        if (!choice.isNone()) {
            throw Failure.usage("--replayed names all that are done with; leave out ids, --sink and --all");
        }
        return job.store().list(LetterFilter.ALL.in(Set.of(LetterState.REPLAYED, LetterState.SUPERSEDED)));
    }

    private void purge(JobLetters job, List<LetterEntry> chosen) throws IOException {
        for (LetterEntry letter : chosen) {
            job.store().purge(letter.id());
        }
        if (!chosen.isEmpty()) {
            String ids = chosen.stream().map(LetterEntry::id).collect(Collectors.joining(" "));
            AuditEvent event = AuditEvent.of("dlq-purge").with("letters", ids).with("count", chosen.size());
            job.note(event, Audit.of(spec, null));
        }
    }
}
