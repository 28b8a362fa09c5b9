/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cluster.local.ClusterSettings.Logs;
import io.penstock.cluster.local.ClusterSettings.Profile;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command lines that a configuration becomes. */
class CommandsTest {
    @ParameterizedTest
    @EnumSource(Profile.class)
    void theMemoryOfATaskManagerIsWhatItsProfileGivesIt(Profile profile) {
        Configuration configuration = ClusterConf.profile(Path.of("flink-conf"), profile);
        List<String> command = commands(profile, configuration).of(Role.TASKMANAGER, "taskmanager-1-2");
        long heap = Long.parseLong(value(command, "-Xmx"));
        long outside = Long.parseLong(value(command, "-XX:MaxDirectMemorySize="))
                + Long.parseLong(value(command, "-XX:MaxMetaspaceSize="))
                + MemorySize.parseBytes(value(command, "taskmanager.memory.managed.size="));
        long process = MemorySize.parseBytes(configuration.toMap().get("taskmanager.memory.process.size"));
        assertThat(heap).isPositive();
        assertThat(heap + outside).isBetween(process * 3 / 4, process);
        assertThat(command)
                .contains("taskmanager.resource-id=taskmanager-1-2", "-Dpenstock.log.format=text")
                .containsSubsequence("--configDir", "-D");
        assertThat(command.contains("-XX:TieredStopAtLevel=1")).isEqualTo(profile == Profile.DEVELOPMENT);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyProcessHasItsOwnTemporaryFolderAndLog(Role role) {
        Configuration configuration = ClusterConf.profile(Path.of("flink-conf"), Profile.DEVELOPMENT);
        List<String> command = commands(Profile.DEVELOPMENT, configuration).of(role, "some-1");
        assertThat(value(command, "-Djava.io.tmpdir=")).endsWith("tmp/some-1");
        assertThat(value(command, "-Dlog.file=")).endsWith("log/some-1.log");
        assertThat(command).containsSubsequence("-cp", "/flink/lib/*");
    }

    private static Commands commands(Profile profile, Configuration configuration) {
        return new Commands(
                Path.of("java"),
                new FlinkInstallation(Path.of("/flink/lib"), Path.of("/flink/plugins")),
                new ClusterFolder(Path.of("folder")),
                new ClusterSettings(profile, 2, 8081, 6123, 0, Logs.TEXT, Map.of()),
                configuration);
    }

    private static String value(List<String> command, String prefix) {
        return command.stream()
                .filter(word -> word.startsWith(prefix))
                .map(word -> word.substring(prefix.length()))
                .findFirst()
                .orElseThrow();
    }
}
