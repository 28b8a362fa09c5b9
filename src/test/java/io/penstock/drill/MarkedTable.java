/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The place of a table in a Markdown page, between two marks. */
final class MarkedTable {
    private static final String END = "<!-- end -->";

    private final String begin;

    /** @param madeBy what makes it, as the first mark says */
    MarkedTable(String madeBy) {
        begin = "<!-- made by " + madeBy + ": begin -->";
    }

    void put(Path page, String table) throws IOException {
        String text = Files.readString(page);
        int from = text.indexOf(begin) + begin.length();
        Files.writeString(
                page, text.substring(0, from) + "\n" + table + "\n" + text.substring(text.indexOf(END, from)));
    }
}
