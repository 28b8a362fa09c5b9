/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Why a job failed, as its cluster tells. */
final class Failed {
    private Failed() {}

    /** A sentence; empty when the job never failed. */
    static Optional<String> last(FlinkCluster cluster, String job) {
        return cluster.rest()
                .find("/jobs/" + job + "/exceptions?maxExceptions=1")
                .flatMap(Failed::newest)
                .map(Sentences::ofTrace);
    }

    static String why(FlinkCluster cluster, String job) {
        return last(cluster, job).orElse("The cluster does not say why");
    }

    private static Optional<String> newest(JsonNode exceptions) {
        JsonNode entries = exceptions.path("exceptionHistory").path("entries");
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.get(0).path("stacktrace").asText());
    }
}
