/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * A standalone Flink of this machine: one JVM for the JobManager, one for each TaskManager, and one for ZooKeeper if jobs shall
 * outlive their JobManager. Everything about it lies in one folder, and whoever names the folder sees the same cluster.
 *
 * <p>The environment of the process that starts a Flink process is that process's environment too: secrets that a job resolves on the
 * cluster are taken from there.
 */
public final class LocalFlink {

    private final ClusterFolder folder;
    private final FlinkInstallation flink;
    private final Path flinkConf;
    private final Map<String, String> environment;

    /**
     * Nothing is touched yet.
     *
     * @param folder the cluster's own
     * @param flink where Flink's jars are
     * @param flinkConf the folder {@code flink-conf} with the profiles
     * @param environment what the processes have in their environment beyond this process's own
     */
    public LocalFlink(Path folder, FlinkInstallation flink, Path flinkConf, Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.folder = new ClusterFolder(folder);
        this.flink = flink;
        this.flinkConf = flinkConf;
    }

    /**
     * Starts what is missing, and returns once the REST API answers and every TaskManager is registered. Does nothing when all is
     * there. TaskManagers beyond the number that is asked for are ended.
     *
     * @throws ClusterException when it can't be done, or what is asked for contradicts the cluster that runs; says what to do
     */
    public ClusterStatus start(ClusterOptions options) throws InterruptedException {
        return FolderLock.held(folder, () -> {
            Optional<ClusterFile> before = ClusterFile.read(folder.file());
            List<FlinkProcess> alive = before.map(LocalFlink::alive).orElse(List.of());
            ClusterSettings settings = before.isPresent() && !alive.isEmpty()
                    ? Settling.agreed(before.get().settings(), options)
                    : Settling.fresh(options);
            before.ifPresent(file -> tidyAfterTheDead(file, alive));
            Configuration conf = ClusterConf.profile(flinkConf, settings.profile());
            conf.addAll(Configuration.fromMap(settings.flink()));
            conf.addAll(ClusterConf.local(settings, folder));
            if (alive.isEmpty()) {
                ClusterConf.write(conf, flinkConf, folder);
                if (settings.highAvailability()) {
                    ZooKeeperConf.write(settings, folder);
                }
            }
            int managers = options.taskManagers().orElseGet(() -> placesOf(before, alive));
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            Launcher launcher =
                    new Launcher(new Commands(java, flink, folder, settings, conf), folder, flink, environment);
            Starting starting = new Starting(
                    folder,
                    settings,
                    launcher,
                    alive,
                    before.map(ClusterFile::started).orElse(0));
            if (settings.highAvailability()) {
                starting.require(Role.ZOOKEEPER, 1);
                starting.awaitPort(settings.zooKeeperPort());
            }
            starting.require(Role.JOBMANAGER, 1);
            starting.require(Role.TASKMANAGER, managers);
            return starting.awaitRegistered();
        });
    }

    /** What runs, now. */
    public ClusterStatus status() throws InterruptedException {
        Optional<ClusterFile> file = ClusterFile.read(folder.file());
        if (file.isEmpty()) {
            return new ClusterStatus(folder.root(), null, false, null, false, List.of(), List.of());
        }
        return ClusterStatus.of(folder, file.get());
    }

    /**
     * Ends everything: the JobManager first, so that no job sees its TaskManagers go and counts a failure. With high availability
     * the next start goes on with the jobs.
     */
    public List<Ended> stop() throws InterruptedException {
        return FolderLock.held(folder, () -> {
            Optional<ClusterFile> file = ClusterFile.read(folder.file());
            if (file.isEmpty()) {
                return List.of();
            }
            List<Ended> ended = new ArrayList<>();
            for (Role role : List.of(Role.JOBMANAGER, Role.TASKMANAGER, Role.ZOOKEEPER)) {
                ended.addAll(Ending.end(file.get().processes().stream()
                        .filter(process -> process.role() == role)
                        .toList()));
            }
            file.get().processes().forEach(process -> folder.tidyAfter(process.name()));
            delete(folder.file());
            return ended;
        });
    }

    /** The processes that were started and not ended by {@link #stop()}, whether or not they live. */
    public List<FlinkProcess> processes() {
        return ClusterFile.read(folder.file()).map(ClusterFile::processes).orElse(List.of());
    }

    private static List<FlinkProcess> alive(ClusterFile file) {
        return file.processes().stream().filter(FlinkProcess::isAlive).toList();
    }

    private void tidyAfterTheDead(ClusterFile file, List<FlinkProcess> alive) {
        file.processes().stream()
                .filter(process -> !alive.contains(process))
                .forEach(process -> folder.tidyAfter(process.name()));
    }

    /** As many TaskManagers as there were, dead ones too. */
    private static int placesOf(Optional<ClusterFile> before, List<FlinkProcess> alive) {
        return alive.isEmpty()
                ? ClusterOptions.TASK_MANAGERS
                : (int) before.orElseThrow().processes().stream()
                        .filter(process -> process.role() == Role.TASKMANAGER)
                        .count();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ClusterException("cannot remove " + file, e);
        }
    }
}
