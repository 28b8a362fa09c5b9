/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The configuration of the one ZooKeeper of a local cluster. */
final class ZooKeeperConf {
    private ZooKeeperConf() {}

    /** Writes {@code zoo.cfg}. */
    static void write(ClusterSettings settings, ClusterFolder folder) {
        try {
            Files.createDirectories(folder.zooKeeper());
            Files.createDirectories(folder.conf());
            Files.write(
                    folder.conf().resolve("zoo.cfg"),
                    List.of(
                            "tickTime=1000",
                            "dataDir=" + folder.zooKeeper(),
                            "clientPort=" + settings.zooKeeperPort(),
                            "clientPortAddress=127.0.0.1",
                            "admin.enableServer=false",
                            "autopurge.purgeInterval=1",
                            // Flink's entry point wants to find itself in the list; alone it opens neither port.
                            "server.1=127.0.0.1:2888:3888"));
        } catch (IOException e) {
            throw new ClusterException("cannot write ZooKeeper's configuration to " + folder.conf(), e);
        }
    }
}
