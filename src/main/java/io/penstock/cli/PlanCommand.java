/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock plan}: whether a job can work, before it runs. */
@Command(
        name = "plan",
        header = "Ask source and targets whether a job can work.",
        description = "Asks the source and the targets of a job what it will meet: privileges, collections and their"
                + " sizes, how far the oplog reaches back, how large the state will be. Exports nothing.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the job can work", "1:something cannot work", "2:wrong usage, or an invalid job file"},
        footerHeading = "%nExamples:%n",
        footer = {"  penstock plan jobs/cities.yaml", "  MONGODB_URI=mongodb://db penstock plan --json jobs/cities.yaml"
        })
final class PlanCommand implements Callable<Integer> {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        JobSpec job = JobFiles.read(file);
        Plan plan = Planner.of(job);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(plan));
        } else {
            print(plan, out);
        }
        return plan.problems().isEmpty() ? 0 : Failure.FAILED;
    }

    private static void print(Plan plan, PrintWriter out) {
        if (plan.server() != null) {
            out.println("source   MongoDB " + plan.server());
            plan.features().forEach(feature -> out.println("         " + feature));
            out.printf("  %-40s %14s %10s   %s%n", "collection", "documents", "size", "types of _id");
            for (Plan.Collection each : plan.collections()) {
                out.printf(
                        "  %-40s %14s %10s   %s%n",
                        each.namespace(),
                        RunView.number(each.documents()),
                        size(each.bytes()),
                        String.join(", ", each.idTypes()));
            }
            plan.skipped().forEach(skipped -> out.println("  skipped: " + skipped));
            out.println("snapshot about " + time(plan.snapshotSeconds()) + "; the oplog reaches back "
                    + (plan.oplogSeconds() < 0 ? "nobody knows how far" : time(plan.oplogSeconds())));
            out.println("state    about " + size(plan.stateBytes()));
        }
        plan.statements().forEach(statement -> out.println("SQL      " + statement + ";"));
        plan.warnings().forEach(warning -> out.println("note     " + warning));
        plan.problems().forEach(problem -> out.println("PROBLEM  " + problem));
        out.println(plan.problems().isEmpty() ? plan.job() + " can run" : plan.job() + " cannot run");
    }

    private static String time(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
    }
}
