/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * <code>${NAME}</code> and <code>${NAME:-default}</code> in a text stand for variables of the environment,
 * <code>${file:/path}</code> for what a file holds, {@code $$} for one dollar sign; any other dollar sign stands for itself. A default is
 * taken as it is, when the variable is not set or empty, or there is no such file. Files are read by the process that resolves, each time
 * anew: so they may be changed while a job runs, and count from its next start on.
 */
final class Placeholders {

    /** An escaped dollar, a placeholder, or the beginning of one that is malformed. */
    private static final Pattern TOKEN =
            Pattern.compile("\\$\\$|\\$\\{([A-Za-z_][A-Za-z0-9_]*|file:/[^{}]+?)(?::-([^{}]*))?}|\\$\\{");

    private static final String FILE = "file:";

    private Placeholders() {}

    /** Whether the text holds anything that has to be resolved. */
    static boolean in(String text) {
        return TOKEN.matcher(text).find();
    }

    /**
     * The text with every placeholder replaced.
     *
     * @param environment returns null for a variable that isn't set
     * @throws IllegalStateException when a variable without default isn't set, a file is not there or cannot be read, or a placeholder is
     *     malformed
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

    /** What is wrong with the placeholders of a text: variables that aren't set, files that aren't there, malformed ones. Empty when all is well. */
    static List<String> wrong(String text, Function<String, String> environment, Set<String> kept) {
        List<String> wrong = new ArrayList<>();
        for (MatchResult match : TOKEN.matcher(text).results().toList()) {
            if (match.group().equals("${")) {
                wrong.add(
                        "malformed placeholder, expected ${NAME}, ${NAME:-default} or ${file:/path} ($$ stands for one"
                                + " dollar sign)");
            } else if (!match.group().equals("$$") && !kept.contains(name(match))) {
                try {
                    if (value(match, environment) == null) {
                        wrong.add(missing(name(match), kept) + " (${" + name(match) + ":-…} would give it a default)");
                    }
                } catch (UncheckedIOException e) {
                    wrong.add(e.getMessage());
                }
            }
        }
        return wrong;
    }

    private static String missing(String name, Set<String> kept) {
        return name.startsWith(FILE)
                ? "there is no file " + name.substring(FILE.length())
                : "the environment variable " + name + " is not set" + Suggestions.didYouMean(name, kept, "${%s}");
    }

    private static String keep(MatchResult match) {
        return match.group().equals("$$") ? "$" : match.group();
    }

    private static String value(MatchResult match, Function<String, String> environment) {
        String name = name(match);
        String value = name.startsWith(FILE) ? content(name.substring(FILE.length())) : environment.apply(name);
        return value == null || value.isEmpty() ? match.group(2) : value;
    }

    /** A file's text without the line break at its end, which editors add; null when it is not there. */
    private static String content(String path) {
        try {
            return Files.readString(Path.of(path)).replaceFirst("\\R\\z", "");
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + path + " cannot be read as text: " + e, e);
        }
    }

    private static String name(MatchResult match) {
        return match.group(1);
    }
}
