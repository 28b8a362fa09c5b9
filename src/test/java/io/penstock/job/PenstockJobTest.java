/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.spec.JobSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PenstockJobTest {
    private static final String JOB =
            """
            name: orders
            source:
              uri: ${SOURCE_URI}
              collections: [shop.orders]
            sinks:
              - {type: files, path: data/orders/export}
            pipeline: {parallelism: 2}
            """;

    @Test
    void everyOperatorHasAUidSoThatItsStateIsFoundAgain() {
        StreamGraph graph = graph();
        assertThat(graph.getStreamNodes()).isNotEmpty().allSatisfy(node -> assertThat(node.getTransformationUID())
                .as(node.getOperatorName())
                .isNotBlank());
        assertThat(graph.getStreamNodes().stream().map(StreamNode::getTransformationUID))
                .contains("source", "reconcile", "sink-files");
    }

    @Test
    void theJobGraphHoldsThePlaceholderAndNeverTheSecret() throws Exception {
        JobGraph graph = graph().getJobGraph();
        String bytes = new String(InstantiationUtil.serializeObject(graph), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("${SOURCE_URI}").doesNotContain("hunter2");
    }

    @Test
    void aCheckpointThatFailsDoesNotEndTheJobWhateverTheClusterIsConfiguredFor() {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment();
        env.configure(JobSettings.of(JobSpec.parse("job.yaml", JOB, Map.of("SOURCE_URI", "mongodb://h")::get)));
        assertThat(env.getCheckpointConfig().getTolerableCheckpointFailureNumber())
                .isEqualTo(10);
    }

    @Test
    void anEmbeddedServerIsRefusedOnAClusterWithTheCommandThatStartsOne(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("job.yaml"), JOB.replace("${SOURCE_URI}", "embedded"));
        assertThatThrownBy(() -> PenstockJob.main(new String[] {"--job", file.toString()}))
                .hasMessageContaining("scripts/penstock dev-server");
    }

    @Test
    void aWrongJobFileIsToldWithItsLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("job.yaml"), JOB.replace("path:", "pth:"));
        assertThatThrownBy(() -> PenstockJob.main(new String[] {"--job", file.toString()}))
                .hasMessageContaining("job.yaml:6:");
    }

    private static StreamGraph graph() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(
                env,
                JobSpec.parse("job.yaml", JOB, Map.of("SOURCE_URI", "mongodb://u:hunter2@h")::get),
                Life.withoutRecord());
        return env.getStreamGraph();
    }
}
