/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.AuditEntry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock audit list}. */
@Command(
        name = "list",
        header = "List what was done to a job.",
        description =
                "One entry after the other, the oldest first: its number, when, by whom, what, and the details. It is"
                        + " not checked; audit verify does that.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  penstock audit list --last 20 jobs/cities.yaml", "  penstock audit list --json jobs/cities.yaml"})
final class AuditListCommand implements Callable<Integer> {
    /** Hashes and ids say nothing to a person. */
    private static final Set<String> FOR_PROGRAMS = Set.of("jobFile", "jobFileBefore");

    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Option(names = "--last", paramLabel = "N", description = "The last entries only.")
    private int last;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs: the fields that are hashed, and the hash. */
    private record Line(
            String job,
            long seq,
            String id,
            String at,
            String by,
            String action,
            SortedMap<String, String> details,
            String previous,
            String hash) {
        static Line of(AuditEntry entry) {
            return new Line(
                    entry.job(),
                    entry.seq(),
                    entry.id(),
                    entry.at(),
                    entry.by(),
                    entry.event().action(),
                    entry.event().details(),
                    entry.previous().orElse(null),
                    entry.hash());
        }
    }

    @Override
    public Integer call() throws Exception {
        Deque<AuditEntry> entries = new ArrayDeque<>();
        try (JobStore job = JobStore.open(file, Audit.NEEDS_STORE)) {
            job.log().read(entry -> {
                entries.addLast(entry);
                if (last > 0 && entries.size() > last) {
                    entries.removeFirst();
                }
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(entries.stream().map(Line::of).toList()));
        } else {
            entries.forEach(entry -> print(entry, out));
        }
        out.flush();
        return 0;
    }

    private static void print(AuditEntry entry, PrintWriter out) {
        String details = entry.event().details().entrySet().stream()
                .filter(detail -> !FOR_PROGRAMS.contains(detail.getKey()))
                .map(AuditListCommand::text)
                .collect(Collectors.joining(", "));
        out.printf("%5d  %s  %-9s  %s%n", entry.seq(), entry.at(), entry.event().action(), entry.by());
        if (!details.isEmpty()) {
            out.println("       " + details);
        }
    }

    private static String text(Map.Entry<String, String> detail) {
        return detail.getKey() + " " + detail.getValue();
    }
}
