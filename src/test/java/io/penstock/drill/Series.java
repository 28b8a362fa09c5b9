/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table of random drills: a row for each seed, kept in a file from which the page shows it. */
final class Series {
    private static final MarkedTable PLACE = new MarkedTable("scripts/drill series from drills.csv");
    private static final String HEAD = "seed,cluster,sinks,drills,faults,recoveries,median_ms,slowest_ms,writes,events,"
            + "losses,duplicates,backwards,seconds";

    private final Path rows;
    private final Path page;

    /**
     * @param rows a CSV file; made when absent
     * @param page a Markdown file with the two marks between which the table stands
     */
    Series(Path rows, Path page) {
        this.rows = rows;
        this.page = page;
    }

    boolean has(long seed) throws IOException {
        return lines().stream().anyMatch(line -> line.startsWith(seed + ","));
    }

    void add(long seed, boolean highlyAvailable, Sinks sinks, List<String> drills, Report report) throws IOException {
        if (!Files.exists(rows)) {
            Files.writeString(rows, HEAD + "\n");
        }
        String row = String.format(
                Locale.ROOT,
                "%d,%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d%n",
                seed,
                highlyAvailable ? "ZooKeeper" : "plain",
                sinks,
                String.join(" ", drills),
                report.faults(),
                report.recoveries().size(),
                report.median(),
                report.slowest(),
                report.writes(),
                report.changes(),
                report.losses().size(),
                report.duplicates(),
                report.backwards(),
                report.seconds());
        Files.writeString(rows, row, StandardOpenOption.APPEND);
        show();
    }

    private List<String> lines() throws IOException {
        return Files.exists(rows) ? Files.readAllLines(rows).stream().skip(1).toList() : List.of();
    }

    /** Puts the table into the page. */
    void show() throws IOException {
        String table = lines().stream()
                .sorted((one, other) -> Long.compare(seed(one), seed(other)))
                .map(Series::markdown)
                .collect(Collectors.joining("\n"));
        PLACE.put(
                page,
                "| seed | cluster | faults, in this order | recoveries | time to recover: median, longest | writes"
                        + " | events | losses | duplicates | backwards |\n"
                        + "|---|---|---|---|---|---|---|---|---|---|\n" + table);
    }

    private static long seed(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(',')));
    }

    private static String markdown(String line) {
        String[] cell = line.split(",");
        return String.format(
                Locale.ROOT,
                "| %s | %s, %s | %s | %s of %s | %.1f s, %.1f s | %s | %s | %s | %s | %s |",
                cell[0],
                cell[1],
                cell[2],
                cell[3].replace(" ", ", "),
                cell[5],
                cell[4],
                Long.parseLong(cell[6]) / 1000.0,
                Long.parseLong(cell[7]) / 1000.0,
                cell[8],
                cell[9],
                cell[10],
                cell[11],
                cell[12]);
    }
}
