/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.util.FileUtils;

/** What lies where in a cluster's folder. */
record ClusterFolder(Path root) {
    ClusterFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** {@code config.yaml} and {@code log4j.properties}, as the processes read them. */
    Path conf() {
        return root.resolve("conf");
    }

    /** A {@code .log} and a {@code .out} for each process. */
    Path log() {
        return root.resolve("log");
    }

    /** What one process unpacks and spills; goes with the process. */
    Path temporary(String process) {
        return root.resolve("tmp").resolve(process);
    }

    /** What a new JobManager needs to go on with the jobs of one that died. */
    Path highAvailability() {
        return root.resolve("ha");
    }

    /** ZooKeeper's own data. */
    Path zooKeeper() {
        return root.resolve("zookeeper");
    }

    /** The processes that were started. */
    Path file() {
        return root.resolve("cluster.json");
    }

    /** Held while processes are started or stopped. */
    Path lock() {
        return root.resolve(".lock");
    }

    /** Removes what a process that has ended left in its temporary folder. */
    void tidyAfter(String process) {
        Path folder = temporary(process);
        try {
            FileUtils.deleteDirectory(folder.toFile());
        } catch (IOException e) {
            throw new ClusterException("cannot remove the temporary folder " + folder, e);
        }
    }
}
