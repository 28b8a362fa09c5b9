/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.ClusterSettings.Logs;
import io.penstock.cluster.local.ClusterSettings.Profile;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a cluster is believed only as far as it is still true. */
class ClusterFileTest {
    private static final ClusterSettings SETTINGS =
            new ClusterSettings(Profile.DEVELOPMENT, 2, 8081, 6123, 0, Logs.JSON, Map.of("heartbeat.timeout", "10 s"));

    @TempDir
    private Path folder;

    @Test
    void itIsReadAsItWasWritten() {
        ClusterFile file = ClusterFile.of(SETTINGS, List.of(own(Duration.ZERO)), 7);
        file.write(folder.resolve("cluster.json"));
        assertThat(ClusterFile.read(folder.resolve("cluster.json"))).contains(file);
        assertThat(folder.resolve("cluster.json")).content().contains("\"rest\" : \"http://localhost:8081\"");
    }

    @Test
    void anotherProcessWithThePidOfOneThatEndedIsNeverTouched() throws Exception {
        assertThat(own(Duration.ZERO).isAlive()).isTrue();
        FlinkProcess reused = own(Duration.ofMinutes(1));
        assertThat(reused.isAlive()).isFalse();

        ClusterFile.of(SETTINGS, List.of(reused), 1).write(folder.resolve("cluster.json"));
        LocalFlink cluster = cluster();
        assertThat(cluster.status().anyAlive()).isFalse();
        assertThat(cluster.stop()).extracting(Ended::how).containsExactly(Ended.How.GONE);
        assertThat(folder.resolve("cluster.json")).doesNotExist();
    }

    @Test
    void aFileOfAnotherFormatOrADamagedOneIsRefusedWithWhatToDo() throws IOException {
        for (String text : List.of("{\"format\": 2}", "{\"format\": 1, \"settings\"", "[]")) {
            Files.writeString(folder.resolve("cluster.json"), text);
            assertThatThrownBy(() -> cluster().status())
                    .as(text)
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("cluster.json")
                    .hasMessageContaining("when nothing of it");
        }
    }

    @Test
    void aPortThatIsTakenIsSaidBeforeAnythingStarts() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ClusterOptions options = new ClusterOptions(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.of(other.getLocalPort()),
                    false,
                    null,
                    null,
                    Map.of());
            assertThatThrownBy(() -> cluster().start(options))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("port " + other.getLocalPort() + " is taken");
        }
        assertThat(folder.resolve("cluster.json")).doesNotExist();
    }

    @Test
    void aDistributionWithoutJarsIsRefused() {
        assertThatThrownBy(() -> FlinkInstallation.find(name -> folder.toString(), Path.of("")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("FLINK_HOME is " + folder);
    }

    private LocalFlink cluster() {
        return new LocalFlink(folder, new FlinkInstallation(folder, folder), Path.of("flink-conf"), Map.of());
    }

    /** This very process, remembered as started so much earlier. */
    private static FlinkProcess own(Duration earlier) {
        Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
        return new FlinkProcess(
                Role.TASKMANAGER, "taskmanager-1-1", 1, ProcessHandle.current().pid(), start.minus(earlier));
    }
}
