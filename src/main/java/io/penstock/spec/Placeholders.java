/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * <code>${NAME}</code> and <code>${NAME:-default}</code> in a text stand for variables of the environment, {@code $$} for
 * one dollar sign; any other dollar sign stands for itself. A default is taken as it is, when the variable is not set or
 * empty.
 */
final class Placeholders {

    /** An escaped dollar, a placeholder, or the beginning of one that is malformed. */
    private static final Pattern TOKEN =
            Pattern.compile("\\$\\$|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?}|\\$\\{");

    private Placeholders() {}

    /** Whether the text holds anything that has to be resolved. */
    static boolean in(String text) {
        return TOKEN.matcher(text).find();
    }

    /**
     * The text with every placeholder replaced.
     *
     * @param environment returns null for a variable that isn't set
     * @throws IllegalStateException when a variable without default isn't set, or a placeholder is malformed
     */
    static String resolve(String text, Function<String, String> environment) {
        return resolve(text, environment, Set.of());
    }

    /** The same, but placeholders with the given names stay as they are. */
    static String resolve(String text, Function<String, String> environment, Set<String> kept) {
        List<String> wrong = wrong(text, environment, kept);
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(String.join("; ", wrong));
        }
        return TOKEN.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group().equals("$$") || (match.group(1) != null && kept.contains(name(match)))
                                ? keep(match)
                                : value(match, environment)));
    }

    /** What is wrong with the placeholders of a text: variables that aren't set, malformed ones. Empty when all is well. */
    static List<String> wrong(String text, Function<String, String> environment, Set<String> kept) {
        List<String> wrong = new ArrayList<>();
        for (MatchResult match : TOKEN.matcher(text).results().toList()) {
            if (match.group().equals("${")) {
                wrong.add(
                        "malformed placeholder, expected ${NAME} or ${NAME:-default} ($$ stands for one dollar sign)");
            } else if (!match.group().equals("$$")
                    && !kept.contains(name(match))
                    && value(match, environment) == null) {
                wrong.add("the environment variable " + name(match) + " is not set"
                        + Suggestions.didYouMean(name(match), kept, "${%s}")
                        + " (${" + name(match) + ":-…} would give it a default)");
            }
        }
        return wrong;
    }

    private static String keep(MatchResult match) {
        return match.group().equals("$$") ? "$" : match.group();
    }

    private static String value(MatchResult match, Function<String, String> environment) {
        String value = environment.apply(name(match));
        return value == null || value.isEmpty() ? match.group(2) : value;
    }

    private static String name(MatchResult match) {
        return match.group(1);
    }
}
