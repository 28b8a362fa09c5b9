/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Dead letters as lines for people. */
final class LetterTable {
    private static final int ID_DIGITS = 12;
    private static final int LONGEST_CELL = 40;
    private static final List<String> HEAD =
            List.of("id", "time", "sink", "collection", "key", "reason", "code", "attempts", "state");

    private LetterTable() {}

    /** What is enough to name a letter by. */
    static String shortId(LetterEntry letter) {
        return letter.id().substring(0, ID_DIGITS);
    }

    /** How many there are in each state; states without a letter are left out. */
    static Map<LetterState, Long> totals(List<LetterEntry> letters) {
        return letters.stream()
                .collect(Collectors.groupingBy(
                        LetterEntry::state, () -> new EnumMap<>(LetterState.class), Collectors.counting()));
    }

    /** A table with its totals; columns as wide as what is in them. */
    static List<String> of(List<LetterEntry> letters) {
        if (letters.isEmpty()) {
            return List.of("no dead letters");
        }
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        letters.forEach(letter -> rows.add(row(letter)));
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(String.format("%-" + (widths[i] + 2) + "s", row.get(i)));
            }
            lines.add(line.toString().stripTrailing());
        }
        lines.add(letters.size()
                + (letters.size() == 1 ? " letter: " : " letters: ")
                + totals(letters).entrySet().stream()
                        .map(total -> total.getValue() + " " + word(total.getKey()))
                        .collect(Collectors.joining(", ")));
        return lines;
    }

    private static List<String> row(LetterEntry letter) {
        return List.of(
                shortId(letter),
                letter.ts(),
                letter.sink(),
                cell(letter.ns()),
                cell(letter.key()),
                word(letter.reason()),
                letter.code() == null ? "-" : cell(letter.code()),
                Integer.toString(letter.attempts()),
                word(letter.state()));
    }

    /** {@code TOO_LARGE} as {@code too-large}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** On one line, without what would move a terminal's cursor, and not too long. */
    private static String cell(String text) {
        String plain = plain(text);
        return plain.length() <= LONGEST_CELL ? plain : plain.substring(0, LONGEST_CELL - 1) + "…";
    }

    /** Without line breaks and other control characters: names, keys and messages come from databases. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
