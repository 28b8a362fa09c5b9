/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.local.FlinkProcess.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * The command line of each process, as Flink's own scripts would put it together: memory and options of the JVM out of the
 * configuration, then the class. A pure function of its arguments.
 */
record Commands(
        Path java, FlinkInstallation flink, ClusterFolder folder, ClusterSettings settings, Configuration conf) {
    private static final String JOBMANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
    private static final String TASKMANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
    private static final String ZOOKEEPER = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer";

    List<String> of(Role role, String name) {
        return switch (role) {
            case ZOOKEEPER -> zooKeeper(name);
            case JOBMANAGER -> jobManager(name);
            case TASKMANAGER -> taskManager(name);
        };
    }

    private List<String> zooKeeper(String name) {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx64m", "-XX:+UseSerialGC"));
        command.addAll(common(name));
        command.addAll(List.of(
                ZOOKEEPER, "--zkConfigFile", folder.conf().resolve("zoo.cfg").toString(), "--peerId", "1"));
        return command;
    }

    private List<String> jobManager(String name) {
        JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(
                conf, JobManagerOptions.JVM_HEAP_MEMORY);
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(words(JobManagerProcessUtils.generateJvmParametersStr(memory, conf)));
        command.addAll(options(CoreOptions.FLINK_JM_JVM_OPTIONS));
        command.addAll(common(name));
        command.addAll(List.of(JOBMANAGER, "--configDir", folder.conf().toString()));
        command.addAll(List.of("-D", "io.tmp.dirs=" + folder.temporary(name)));
        command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
        return command;
    }

    private List<String> taskManager(String name) {
        TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(conf);
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(memory)));
        command.addAll(options(CoreOptions.FLINK_TM_JVM_OPTIONS));
        command.addAll(common(name));
        command.addAll(List.of(TASKMANAGER, "--configDir", folder.conf().toString()));
        command.addAll(List.of("-D", "taskmanager.resource-id=" + name, "-D", "io.tmp.dirs=" + folder.temporary(name)));
        command.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        return command;
    }

    /** The options of every Flink process, then those of the role. */
    private List<String> options(ConfigOption<String> ofTheRole) {
        List<String> options = new ArrayList<>(words(conf.get(CoreOptions.FLINK_JVM_OPTIONS)));
        options.addAll(words(conf.get(ofTheRole)));
        return options;
    }

    private List<String> common(String name) {
        return List.of(
                "-Djava.io.tmpdir=" + folder.temporary(name),
                "-Dlog.file=" + folder.log().resolve(name + ".log"),
                "-Dlog4j.configurationFile="
                        + folder.conf().resolve("log4j.properties").toUri(),
                "-Dpenstock.process=" + name,
                "-Dpenstock.log.format=" + settings.logs().name().toLowerCase(Locale.ROOT),
                "-cp",
                flink.classPath());
    }

    private static List<String> words(String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.strip().split("\\s+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
    }
}
