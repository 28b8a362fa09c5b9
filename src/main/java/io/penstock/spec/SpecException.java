/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A job file was refused; holds everything that is wrong with it, in the file's order. Its message has one problem a line. */
public final class SpecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<SpecProblem> problems;

    SpecException(List<SpecProblem> problems) {
        super(lines(problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, ordered by line and column; never empty. */
    public List<SpecProblem> problems() {
        return problems;
    }

    private static String lines(List<SpecProblem> problems) {
        return problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n"));
    }

    /** The problems alone, one a line. */
    @Override
    public String toString() {
        return getMessage();
    }
}
