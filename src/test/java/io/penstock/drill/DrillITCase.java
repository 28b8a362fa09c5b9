/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drills of {@code scripts/drill} in short: server and run in processes of their own, every kind of write. */
class DrillITCase {
    @TempDir
    private Path folder;

    @Test
    void writesOfAllKindsWhileItRunsAndTheExportEqualsTheSource() throws Exception {
        try (Source source = Source.start(folder.resolve("server"))) {
            Export export = Export.files(folder.resolve("export"), "bson");
            Report report = new ExportDrill(folder, 7, 300, source, export).mixed(600);
            assertThat(report).matches(Report::good, report.toString());
            assertThat(report.changes()).isGreaterThan(600);
        }
    }

    @Test
    void killedAtRandomMomentsWhileWritesArriveAndNothingIsLostOrDoubled() throws Exception {
        try (Source source = Source.start(folder.resolve("server"))) {
            Export export = Export.files(folder.resolve("export"), "ndjson");
            Report report = new ExportDrill(folder, 11, 300, source, export).kill(2, 50);
            assertThat(report).matches(Report::good, report.toString());
            assertThat(report.recoveries()).isNotEmpty();
        }
    }
}
