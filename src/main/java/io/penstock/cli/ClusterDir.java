/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.local.FlinkInstallation;
import io.penstock.cluster.local.LocalFlink;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which local cluster is meant. */
final class ClusterDir {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${env:PENSTOCK_CLUSTER_DIR:-data/cluster}",
            description = "The cluster's folder; by default PENSTOCK_CLUSTER_DIR, else data/cluster.")
    private Path folder;

    Path folder() {
        return folder;
    }

    /** The cluster of the folder. */
    LocalFlink cluster() {
        Path home = Path.of(System.getProperty("penstock.home", "."));
        return new LocalFlink(
                folder, FlinkInstallation.find(System::getenv, home), home.resolve("flink-conf"), Map.of());
    }
}
