/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.SpecException;
import io.penstock.spec.SpecProblem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock validate}: what is wrong with job files, all of it, without any server. */
@Command(
        name = "validate",
        header = "Check job files.",
        description = "Lists everything that is wrong with job files, one problem a line, after the place in the form"
                + " that editors jump to (FILE:LINE:COLUMN). Asks no server.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every file is valid", "2:at least one is not"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock validate jobs/*.yaml",
            "  MONGODB_URI=mongodb://db penstock validate --json jobs/cities.yaml"
        })
final class ValidateCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "JOB", description = "Job files.")
    private List<Path> files;

    @Option(names = "--json", description = "Print the problems as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<SpecProblem> problems = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        for (Path file : files) {
            List<SpecProblem> found = problems(file);
            problems.addAll(found);
            if (!json) {
                found.forEach(out::println);
                if (found.isEmpty()) {
                    out.println(file + ": valid");
                }
            }
        }
        if (json) {
            out.println(Json.of(problems));
        }
        return problems.isEmpty() ? 0 : Failure.USAGE;
    }

    private static List<SpecProblem> problems(Path file) {
        try {
            JobFiles.read(file);
            return List.of();
        } catch (SpecException e) {
            return e.problems();
        } catch (Failure unreadable) {
            return List.of(new SpecProblem(file.toString(), 1, 1, "", unreadable.getMessage()));
        }
    }
}
