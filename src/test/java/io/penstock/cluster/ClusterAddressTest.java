/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAddressTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsGivenComesBeforeTheEnvironmentBeforeTheLocalClusterBeforeFlinksPort() throws IOException {
        assertThat(find(Optional.empty(), Map.of())).isEqualTo(URI.create("http://localhost:8081"));
        Files.writeString(folder.resolve("cluster.json"), "{\"format\": 1, \"rest\": \"http://localhost:4711\"}");
        assertThat(find(Optional.empty(), Map.of())).isEqualTo(URI.create("http://localhost:4711"));
        assertThat(find(Optional.empty(), Map.of("FLINK_REST_URL", "https://flink/x")))
                .isEqualTo(URI.create("https://flink/x"));
        assertThat(find(Optional.of("flink:1234"), Map.of("FLINK_REST_URL", "https://flink/x")))
                .isEqualTo(URI.create("http://flink:1234"));
    }

    @Test
    void theFolderOfALocalClusterMayBeNamedByTheEnvironment() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("cluster.json"), "{\"rest\": \"http://localhost:12\"}");
        assertThat(find(Optional.empty(), Map.of("PENSTOCK_CLUSTER_DIR", other.toString())))
                .isEqualTo(URI.create("http://localhost:12"));
    }

    @Test
    void whatIsNoAddressIsRefused() {
        for (String wrong : new String[] {"", "http://", "ftp://x", "a b"}) {
            assertThatThrownBy(() -> find(Optional.of(wrong), Map.of()))
                    .as(wrong)
                    .hasMessageContaining("is no address of a cluster");
        }
    }

    private URI find(Optional<String> given, Map<String, String> environment) {
        return ClusterAddress.find(given, environment::get, folder);
    }
}
