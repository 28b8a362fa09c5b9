/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which letters a command is to act on: by the beginnings of their ids, or all of a kind. */
final class LetterChoice {
    private static final int FEWEST_DIGITS = 4;

    @Parameters(index = "0", paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "ID",
            description = "Ids of letters, or enough of their digits to tell them apart.")
    private List<String> ids = List.of();

    @Option(names = "--sink", paramLabel = "NAME", description = "All of this sink.")
    private String sink;

    @Option(names = "--all", description = "All of the job.")
    private boolean all;

    /**
     * The letters that were named, in their order; else all of the sink or the job in some states.
     *
     * @throws Failure when nothing was named, or there is no such letter
     */
    List<LetterEntry> of(LetterStore letters, Set<LetterState> states) throws IOException {
        long ways = Stream.of(!ids.isEmpty(), sink != null, all)
                .filter(given -> given)
                .count();
        if (ways != 1) {
            throw Failure.usage("name letters by their ids, or all of a sink by --sink, or all by --all");
        }
        if (ids.isEmpty()) {
            return letters.list(LetterFilter.ALL.ofSink(sink).in(states));
        }
        List<LetterEntry> chosen = new ArrayList<>();
        for (String id : ids) {
            chosen.add(one(letters, id));
        }
        return chosen.stream().distinct().toList();
    }

    /** The job file, as it was typed. */
    Path jobFile() {
        return file;
    }

    /** Whether nothing was named. */
    boolean isNone() {
        return ids.isEmpty() && sink == null && !all;
    }

    /**
     * The letter of an id, or of the beginning of one.
     *
     * @throws Failure when there is none, or more than one
     */
    static LetterEntry one(LetterStore letters, String beginning) throws IOException {
        String digits = beginning.toLowerCase(Locale.ROOT);
        if (!digits.matches("[0-9a-f]{" + FEWEST_DIGITS + ",32}")) {
            throw Failure.usage("'" + beginning + "' is no letter's id: expected " + FEWEST_DIGITS
                    + " to 32 hex digits, as penstock dlq list prints them");
        }
        List<LetterEntry> found = letters.list(LetterFilter.ALL.beginning(digits));
        if (found.isEmpty()) {
            throw Failure.failed("there is no dead letter " + beginning + "; penstock dlq list shows those that are");
        }
        if (found.size() > 1) {
            throw Failure.usage(found.size() + " dead letters begin with " + beginning
                    + ": give more of the digits of the one that is meant");
        }
        return found.get(0);
    }
}
