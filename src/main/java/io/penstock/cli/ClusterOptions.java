/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.ClusterAddress;
import io.penstock.cluster.FlinkCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a command speaks to. */
final class ClusterOptions {
    @Option(
            names = "--cluster",
            paramLabel = "URL",
            description =
                    "The REST address of the Flink cluster. By default FLINK_REST_URL, else the local cluster that"
                            + " was started here, else http://localhost:8081.")
    private String address;

    /** The address that was given, or found. */
    URI address() {
        return ClusterAddress.find(Optional.ofNullable(address), System::getenv, Path.of("data", "cluster"));
    }

    /**
     * The cluster that was given; else the one where the job is by its record, if it answers; else the one that is found.
     *
     * @throws io.penstock.cluster.ClusterException when nobody answers
     */
    FlinkCluster connect(ClusterJob job) throws IOException {
        Optional<URI> recorded = job.recordedCluster();
        if (address == null && System.getenv(ClusterAddress.REST_URL) == null && recorded.isPresent()) {
            Optional<FlinkCluster> answering = FlinkCluster.ifAnswering(recorded.get());
            if (answering.isPresent()) {
                return answering.get();
            }
        }
        return FlinkCluster.at(address());
    }
}
