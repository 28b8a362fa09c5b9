/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;

/** Collects what is wrong with one file, and knows where each of its keys stands. */
final class Problems {

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final String file;
    private final List<SpecProblem> found = new ArrayList<>();
    private final Map<String, Mark> places = new HashMap<>();
    private final Set<String> faulty = new HashSet<>();

    Problems(String file) {
        this.file = file;
    }

    /** Notes where the value of a key stands. */
    void place(String path, Mark mark) {
        places.put(path, mark);
    }

    /** Whether a key is in the file. */
    boolean isGiven(String path) {
        return places.containsKey(path);
    }

    /** Something is wrong at a place. */
    void add(String path, Mark mark, String message) {
        add(path, mark.getLine(), mark.getColumn(), message);
    }

    /** Something is wrong at a place; line and column are counted from 0. */
    void add(String path, int line, int column, String message) {
        faulty.add(path);
        found.add(new SpecProblem(file, line + 1, column + 1, printable(path), printable(message)));
    }

    /** Something is wrong with the value of a key; one that is absent is reported where its section stands. */
    void add(String path, String message) {
        String placed = path;
        while (!places.containsKey(placed) && !placed.isEmpty()) {
            placed = parent(placed);
        }
        Mark mark = places.get(placed);
        add(path, mark == null ? 0 : mark.getLine(), mark == null ? 0 : mark.getColumn(), message);
    }

    /** Whether nothing has been found wrong with a key or anything inside it. */
    boolean sound(String path) {
        return faulty.stream()
                .noneMatch(bad -> bad.equals(path) || bad.startsWith(path + ".") || bad.startsWith(path + "["));
    }

    boolean none() {
        return found.isEmpty();
    }

    /** What was found, in the file's order. */
    List<SpecProblem> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt(SpecProblem::line).thenComparingInt(SpecProblem::column))
                .toList();
    }

    /** A problem stays on its line, and does nothing else to a terminal. */
    private static String printable(String text) {
        return CONTROL.matcher(text)
                .replaceAll(match -> "\\\\u%04X".formatted((int) match.group().charAt(0)));
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
}
