/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drills of {@code scripts/drill} on a cluster, in short: the job in processes of their own, files and Kafka. */
class ClusterDrillITCase {
    @TempDir
    private Path folder;

    @Test
    void aTaskManagerIsKilledBetweenSealAndCommitThenACheckpointDamagedAndNothingIsLostOrDoubled() throws Exception {
        ClusterDrill drill = new ClusterDrill(5, Sinks.both, false, System.out::println);
        Report report = drill.run("short", faults("kill-before-commit", "corrupt-checkpoint"), folder, 300, 3);
        assertThat(report).matches(Report::good, report.toString());
        assertThat(report.recoveries()).hasSize(2);
        assertThat(report.changes()).isGreaterThan(600);
    }

    private static List<Fault> faults(String... names) {
        return List.of(names).stream()
                .map(name -> Fault.named(name).orElseThrow())
                .toList();
    }
}
