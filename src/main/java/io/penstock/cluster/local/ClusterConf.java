/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** Flink's configuration of a local cluster: a profile of {@code flink-conf}, and the addresses and folders of this machine. */
final class ClusterConf {
    private static final String LOOPBACK = "localhost";

    private ClusterConf() {}

    /**
     * The configuration of a profile.
     *
     * @param flinkConf the folder {@code flink-conf}
     */
    static Configuration profile(Path flinkConf, ClusterSettings.Profile profile) {
        Configuration configuration = GlobalConfiguration.loadConfiguration(flinkConf.toString());
        if (profile == ClusterSettings.Profile.DEVELOPMENT) {
            configuration.addAll(GlobalConfiguration.loadConfiguration(
                    flinkConf.resolve("development").toString()));
        }
        return configuration;
    }

    /** What this machine adds: everything listens on the loopback address, and on ports that stay when a process is replaced. */
    static Configuration local(ClusterSettings settings, ClusterFolder folder) {
        Configuration local = new Configuration();
        local.set(RestOptions.ADDRESS, LOOPBACK);
        local.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        local.set(RestOptions.PORT, settings.restPort());
        local.set(RestOptions.BIND_PORT, Integer.toString(settings.restPort()));
        local.set(JobManagerOptions.ADDRESS, LOOPBACK);
        local.set(JobManagerOptions.BIND_HOST, LOOPBACK);
        local.set(JobManagerOptions.PORT, settings.rpcPort());
        local.set(BlobServerOptions.PORT, "0");
        local.set(TaskManagerOptions.HOST, LOOPBACK);
        local.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
        local.set(TaskManagerOptions.NUM_TASK_SLOTS, settings.slots());
        if (settings.highAvailability()) {
            local.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
            local.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, LOOPBACK + ":" + settings.zooKeeperPort());
            local.set(
                    HighAvailabilityOptions.HA_STORAGE_PATH,
                    folder.highAvailability().toUri().toString());
            local.set(HighAvailabilityOptions.HA_CLUSTER_ID, "/penstock");
        }
        return local;
    }

    /** Writes what the processes read. */
    static void write(Configuration configuration, Path flinkConf, ClusterFolder folder) {
        List<String> lines = ConfigurationUtils.convertConfigToWritableLines(configuration, true);
        try {
            Files.createDirectories(folder.conf());
            Files.write(folder.conf().resolve("config.yaml"), lines);
            Files.copy(
                    flinkConf.resolve("log4j.properties"),
                    folder.conf().resolve("log4j.properties"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ClusterException("cannot write the configuration to " + folder.conf(), e);
        }
    }
}
