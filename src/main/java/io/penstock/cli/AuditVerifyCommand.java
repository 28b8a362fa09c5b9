/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.AuditChain;
import io.penstock.store.JobRecord;
import io.penstock.store.Versioned;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock audit verify}. */
@Command(
        name = "verify",
        header = "Check that a job's log is as it was written.",
        description =
                "Reads every entry: one that was changed, removed, put in or moved is found and named, and so is a change of the job's"
                        + " record that has no entry. What the log alone cannot show is an end that was made anew: keep the last hash that"
                        + " is printed elsewhere, and give it the next time.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the log is as it was written",
            "1:it is not, or cannot be read",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock audit verify jobs/cities.yaml",
            "  penstock audit verify --has 5a1c… jobs/cities.yaml   a hash that was printed before"
        })
final class AuditVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Option(
            names = "--has",
            paramLabel = "HASH",
            description = "The log must have an entry with this hash; can be given again.")
    private List<String> noted = List.of();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs. */
    private record Result(String job, long entries, String lastHash, List<String> problems) {}

    @Override
    public Integer call() throws Exception {
        Result result = check();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(result));
        } else {
            result.problems().forEach(out::println);
            out.println(result.job() + ": " + result.entries() + " entries, "
                    + (result.problems().isEmpty() ? "as they were written" : "and not as they were written")
                    + (result.lastHash() == null ? "" : "; the last has the hash " + result.lastHash()));
        }
        out.flush();
        return result.problems().isEmpty() ? 0 : Failure.FAILED;
    }

    private Result check() throws Exception {
        try (JobStore job = JobStore.open(file, Audit.NEEDS_STORE)) {
            AuditChain chain = new AuditChain(job.name());
            // Read first: each of its versions is entered after it was made.
            Optional<Versioned<JobRecord>> record = job.record();
            List<String> problems = new ArrayList<>();
            try {
                job.log().read(chain::add);
                record.ifPresent(now -> chain.compareWithRecord(now.version()));
            } catch (IllegalArgumentException unreadable) {
                problems.add(unreadable.getMessage());
            }
            problems.addAll(0, chain.problems());
            noted.stream()
                    .filter(hash -> !chain.has(hash))
                    .forEach(hash -> problems.add(
                            "no entry has the hash " + hash + ": the log's end was cut off, or made anew"));
            return new Result(job.name(), chain.entries(), chain.lastHash().orElse(null), problems);
        }
    }
}
