/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cluster is started with, and keeps for as long as one of its processes lives.
 *
 * @param profile how it is configured
 * @param slots of each TaskManager
 * @param restPort where the REST API and the web UI answer
 * @param rpcPort where TaskManagers find the JobManager
 * @param zooKeeperPort 0 without high availability
 * @param logs the form of the lines of its logs
 * @param flink Flink's options that differ from the profile
 */
public record ClusterSettings(
        Profile profile,
        int slots,
        int restPort,
        int rpcPort,
        int zooKeeperPort,
        Logs logs,
        Map<String, String> flink) {
    public ClusterSettings {
        flink = flink == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(flink));
    }

    /** Which of the configurations in {@code flink-conf}. */
    public enum Profile {
        /** Small processes that start within seconds. */
        DEVELOPMENT,
        /** {@code flink-conf/config.yaml} as it is. */
        PRODUCTION
    }

    /** The form of a log line. */
    public enum Logs {
        JSON,
        TEXT
    }

    /** Whether ZooKeeper runs and a new JobManager goes on with the jobs of one that died. */
    @JsonIgnore
    public boolean highAvailability() {
        return zooKeeperPort != 0;
    }

    /** The address of the REST API and the web UI. */
    @JsonIgnore
    public URI rest() {
        return URI.create("http://localhost:" + restPort);
    }
}
