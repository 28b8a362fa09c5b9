/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.store.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state folder against Flink itself: where Flink really puts what the next start looks for. */
class LocalClusterITCase {
    @TempDir
    private java.nio.file.Path folder;

    @Test
    void checkpointsOutliveTheProcessAndASavepointEndsAStart() throws Exception {
        try (StateFolder state = StateFolder.open(folder)) {
            Checkpoints checkpoints = Checkpoints.in(folder.toString());
            String first;
            try (LocalCluster cluster = LocalCluster.start(LocalCluster.configuration(state), 1)) {
                JobGraph job = endless(state);
                first = id(job);
                cluster.submit(job, Optional.empty());
                Awaitility.await()
                        .atMost(Duration.ofMinutes(4))
                        .until(() -> !checkpoints.completed(id(job)).isEmpty());
            }
            // The cluster was closed under the running job, as a kill does it.
            Path latest = checkpoints.completed(first).get(0);
            assertThat(latest.getName()).startsWith("chk-");

            try (LocalCluster cluster = LocalCluster.start(LocalCluster.configuration(state), 1)) {
                JobGraph second = endless(state);
                cluster.submit(second, Optional.of(latest));
                Optional<String> savepoint = cluster.stop(
                        second.getJobID(), checkpoints.savepointsOf(id(second)).toString(), Duration.ofMinutes(4));
                assertThat(savepoint).isPresent();
                assertThat(checkpoints.completed(id(second)).get(0))
                        .as("it is newer than all checkpoints, by the number that Flink wrote into it")
                        .isEqualTo(new Path(savepoint.orElseThrow()));
                assertThat(cluster.result(second.getJobID()).get().isSuccess()).isTrue();
            }
        }
    }

    @Test
    void theWebUiAnswersOnLoopback() throws Exception {
        try (StateFolder state = StateFolder.open(folder);
                LocalCluster cluster = LocalCluster.start(LocalCluster.configuration(state), 1)) {
            assertThat(cluster.webUi().getHost()).isIn("localhost", "127.0.0.1");
            // Until its dispatcher is elected Flink answers with 503.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(4))
                    .ignoreException(IOException.class)
                    .until(() -> read(cluster.webUi()).contains("<html"));
        }
    }

    private static String read(URI address) throws IOException {
        try (InputStream page = address.toURL().openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String id(JobGraph job) {
        JobID id = job.getJobID();
        return id.toHexString();
    }

    private static JobGraph endless(StateFolder state) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(LocalCluster.configuration(state));
        env.setParallelism(1);
        env.enableCheckpointing(100);
        env.fromSource(
                        new DataGeneratorSource<>(
                                number -> number, Long.MAX_VALUE, RateLimiterStrategy.perSecond(1000), Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "numbers")
                .uid("numbers")
                .sinkTo(new DiscardingSink<>())
                .uid("nothing");
        return env.getStreamGraph().getJobGraph();
    }
}
