/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTableTest {
    private static final OutageRow LATER_IN_THE_TABLE =
            new OutageRow("mongodb", Way.FULL_DISK, 60, 1, 2_000, 2_500, 0, 0, 0, 8, 6, OutageRow.NEVER, false);

    @TempDir
    private Path folder;

    @Test
    void theLastRowOfATargetAndWayIsTheOneThatIsShown() throws Exception {
        Path rows = folder.resolve("rows.csv");
        Path page = Files.writeString(
                folder.resolve("page.md"),
                """
                before
                <!-- made by scripts/drill target-outage from target-outages.csv: begin -->
                <!-- end -->
                after
                """);
        OutageTable table = new OutageTable(rows, page);

        table.put(LATER_IN_THE_TABLE);
        table.put(row(20, 1, 900));
        table.put(row(60, 0, 1_250));

        assertThat(Files.readAllLines(rows))
                .containsExactly(
                        OutageRow.HEAD, row(60, 0, 1_250).csv(), "mongodb,full-disk,60,1,2000,2500,0,0,0,8,6,-1,false");
        assertThat(Files.readAllLines(page))
                .startsWith("before", "<!-- made by scripts/drill target-outage from target-outages.csv: begin -->")
                .endsWith(
                        "| postgres | cut | 60 s | 2000 | 0 | 0 | 0 | 16 | 5 | 1.3 s | yes |",
                        "| mongodb | full-disk | 60 s | 2000 | 0 | 0 | 0 | 8 | 6 | never | no |",
                        "<!-- end -->",
                        "after");
    }

    @Test
    void whatWasLostOrDoubledOrNeverCaughtUpOrEndedIsNotGood() {
        assertThat(row(60, 0, 1_250).good()).isTrue();
        assertThat(row(60, 1, 1_250).good()).isFalse();
        assertThat(row(60, 0, OutageRow.NEVER).good()).isFalse();
        assertThat(LATER_IN_THE_TABLE.good()).isFalse();
    }

    private static OutageRow row(int seconds, int lost, long drainMillis) {
        return new OutageRow("postgres", Way.CUT, seconds, 1, 2_000, 2_500, lost, 0, 0, 16, 5, drainMillis, true);
    }
}
