/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of outages in {@code docs/drills.md}, kept as rows in {@code docs/target-outages.csv}: the last one of each target and way. */
final class OutageTable {
    private static final MarkedTable PLACE = new MarkedTable("scripts/drill target-outage from target-outages.csv");
    private static final String COLUMNS =
            """
            | target | outage | away for | writes meanwhile | lost | doubled | backwards | attempts to connect meanwhile | restarts of the job \
            | time to drain | the process lived |
            |---|---|---|---|---|---|---|---|---|---|---|
            """;

    private final Path rows;
    private final Path page;

    /**
     * @param rows a CSV file; made when absent
     * @param page a Markdown file with the two marks between which the table stands
     */
    OutageTable(Path rows, Path page) {
        this.rows = rows;
        this.page = page;
    }

    /** Puts a row in the place of that of the same target and way. */
    void put(OutageRow row) throws IOException {
        List<OutageRow> all = new ArrayList<>(rows());
        all.removeIf(other -> other.target().equals(row.target()) && other.way() == row.way());
        all.add(row);
        all.sort(Comparator.comparing((OutageRow one) -> Target.NAMES.indexOf(one.target()))
                .thenComparing(OutageRow::way));
        Files.write(
                rows,
                Stream.concat(Stream.of(OutageRow.HEAD), all.stream().map(OutageRow::csv))
                        .toList());
        PLACE.put(page, markdown(all));
    }

    private List<OutageRow> rows() throws IOException {
        return Files.exists(rows)
                ? Files.readAllLines(rows).stream()
                        .skip(1)
                        .map(OutageRow::parse)
                        .toList()
                : List.of();
    }

    static String markdown(List<OutageRow> rows) {
        return COLUMNS + rows.stream().map(OutageRow::markdown).collect(Collectors.joining("\n"));
    }
}
