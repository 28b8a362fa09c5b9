/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.ClusterStatus.ProcessStatus;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster of real processes, from its start to its end. */
class LocalFlinkITCase {
    private static final ClusterOptions SMALL =
            ClusterOptions.defaults().onAnyPort().with(1, 1);

    @TempDir
    private Path folder;

    private LocalFlink cluster;

    @BeforeEach
    void open() {
        cluster = new LocalFlink(
                folder,
                FlinkInstallation.find(name -> null, Path.of("")),
                Path.of("flink-conf"),
                Map.of("PENSTOCK_TEST_SECRET", "in the environment"));
    }

    @AfterEach
    void endAll() throws InterruptedException {
        cluster.stop();
    }

    @Test
    void itStartsOnceReplacesWhatDiedAndEnds() throws Exception {
        ClusterStatus started = cluster.start(SMALL);
        assertThat(started.complete()).isTrue();
        assertThat(started.flink()).startsWith("1.20.");
        assertThat(started.processes()).extracting(ProcessStatus::role).containsExactly("jobmanager", "taskmanager");
        assertThat(started.processes().get(1).slots()).isEqualTo(1);
        // A JobManager that is slow to answer is not there for one look.
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(cluster.status()).isEqualTo(started));

        assertThat(cluster.start(ClusterOptions.defaults()))
                .as("nothing is missing")
                .isEqualTo(started);
        assertThatThrownBy(() -> cluster.start(SMALL.with(1, 4)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("--slots 1");

        FlinkProcess manager = cluster.processes().stream()
                .filter(process -> process.role() == Role.TASKMANAGER)
                .findFirst()
                .orElseThrow();
        ProcessHandle killed = manager.handle().orElseThrow();
        killed.destroyForcibly();
        killed.onExit().join();
        assertThat(cluster.status().complete()).isFalse();
        assertThat(cluster.status().processes().get(1).alive()).isFalse();
        ClusterStatus again = cluster.start(ClusterOptions.defaults());
        assertThat(again.complete()).isTrue();
        assertThat(again.processes().get(0)).isEqualTo(started.processes().get(0));
        assertThat(again.processes().get(1).name()).isNotEqualTo(manager.name());

        List<FlinkProcess> processes = cluster.processes();
        assertThat(cluster.stop()).extracting(Ended::how).containsExactly(Ended.How.TERMINATED, Ended.How.TERMINATED);
        assertThat(processes).noneMatch(FlinkProcess::isAlive);
        assertThat(cluster.status().processes()).isEmpty();
        assertThat(cluster.stop()).isEmpty();
        assertThat(folder.resolve("tmp")).isEmptyDirectory();

        for (Path log : logs()) {
            for (String line : Files.readAllLines(log)) {
                assertThat(new JsonMapper().readTree(line).path("message").isTextual())
                        .as(line)
                        .isTrue();
                assertThat(line).doesNotContain("in the environment");
            }
        }
    }

    private List<Path> logs() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            List<Path> logs =
                    files.filter(file -> file.toString().endsWith(".log")).toList();
            assertThat(logs).hasSize(3);
            return logs;
        }
    }
}
