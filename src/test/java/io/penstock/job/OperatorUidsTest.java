/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.spec.JobSpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What Flink finds an operator's state by. A change here makes every savepoint there is useless, without an error at compile time. */
class OperatorUidsTest {
    private static final String JOB =
            """
            name: orders
            source:
              uri: mongodb://localhost
              collections: [shop.orders]
            sinks:
              - {type: files, path: data/orders/export}
              - {type: kafka, bootstrap-servers: "localhost:1", topic: orders, format: bson}
              - {type: files, name: archive, path: data/orders/archive}
              - {type: jdbc, url: "jdbc:postgresql://localhost:1/shop"}
              - {type: jdbc, name: late, url: "jdbc:postgresql://localhost:1/shop", when-down: fall-behind}
              - {type: mongodb, name: trailing, uri: "mongodb://localhost:1", when-down: fall-behind}
              - {type: mongodb, uri: "mongodb://localhost:1"}
              - {type: mongodb, name: direct, uri: "mongodb://localhost:1", mode: upsert}
            """;

    private static final String WHY =
            "an operator is found in savepoints by this: when it changes, its state in all of them is lost."
                    + " Put it back; docs/state.md says what may change, and how";

    @Test
    void everyOperatorKeepsItsUidAndItsHash() {
        assertThat(hashes(graph()))
                .as(WHY)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("Sink Committer: sink-archive", "76d43c1c8a94e6301e5220b3d0a06027"),
                        Map.entry("Sink Committer: sink-files", "974920eac9471f1dc6327033bdad10fe"),
                        Map.entry("Sink Committer: sink-kafka", "b2a258139896001a24d127c5e8de9381"),
                        Map.entry("digests", "978b3d1fcc6bd9fe3dda7efaa67a19bf"),
                        Map.entry("reconcile", "c165e71d2563cddd257bdcd4719475c4"),
                        Map.entry("sink-archive", "ea0a78a49c3b3fafed315f8237dbc6ac"),
                        Map.entry("sink-archive: announced", "00b03c02312bec7557ce6a7a20a5c494"),
                        Map.entry("sink-archive: receipts of kafka", "c3cad01feb4899d6e4f89a3a4eb2d76e"),
                        Map.entry("sink-archive: sealed", "3a964e4274791803b09eed96c2ec5b1d"),
                        Map.entry("sink-archive: writer", "6d93fa891e13f2361421007dc6677ce6"),
                        Map.entry("sink-direct", "7e8f8e3be7864c1260176105755df6dc"),
                        Map.entry("sink-files", "a44183202897aea39ef616014b9cc77d"),
                        Map.entry("sink-files: announced", "bebf88e4b64887a545625bad7fd8854d"),
                        Map.entry("sink-files: receipts of kafka", "a99dcd34f21bbeff39db28e8f76437c8"),
                        Map.entry("sink-files: sealed", "967fad0accc190adfdf9a5c136661b79"),
                        Map.entry("sink-files: writer", "0cc2d4092d3a14d189c4293dbda004be"),
                        Map.entry("Sink Committer: sink-jdbc", "0728151ea4e0f3b2ec686896aa71b529"),
                        Map.entry("Sink Committer: sink-mongodb", "54b09381898f68c60764c98df209f0eb"),
                        Map.entry("sink-mongodb", "df1da27448800ea828625714b7614b78"),
                        Map.entry("sink-jdbc", "32ba898b5c3ccb76054584015b4c2d30"),
                        Map.entry("sink-kafka", "411931aced18424dde2f4816e4512a48"),
                        Map.entry("sink-kafka: delivered", "cbc1de4a108d51145bbf2754798487a5"),
                        Map.entry("sink-kafka: manifests", "48850311f8237936ff7ec0e509c8b208"),
                        Map.entry("sink-kafka: receipts", "352862ee17c1df57ed16dcf8df7246f6"),
                        Map.entry("sink-archive: collections", "8575c4050a467fef7ee9a22ac9177f5b"),
                        Map.entry("sink-direct: collections", "6ac28376df13c7325cda00e68696c4d9"),
                        Map.entry("sink-files: collections", "96ede2ec65fc079b29345d546cd9a226"),
                        Map.entry("sink-kafka: collections", "53b9e8edb4458d7dd87da6e7408cb8d3"),
                        Map.entry("sink-mongodb: collections", "32305712262d1527aa156fc007eddf63"),
                        Map.entry("sink-jdbc: collections", "4692d32c78649d361de99d4c6f9b05c1"),
                        Map.entry("sink-late: behind", "09a2cf0cbb7d646eb62ff5f0dfa8b4b8"),
                        Map.entry("sink-late: collections", "ceb889fbcf3cd28d79de32b8d8d9a1e2"),
                        Map.entry("sink-trailing: behind", "3f442d879eee9848289a7a0799450f76"),
                        Map.entry("sink-trailing: collections", "bec394fdef8f633c4fba33bbdacb1967"),
                        Map.entry("source", "e5a72f353fc1e6bbf3bd96a41384998c"),
                        Map.entry("window-files", "1d4480c6e1a88e0c6b0e4e5d3522c570"),
                        Map.entry("window-marks", "6bd7a04a6874d58ea44c8d6fb583d4c5"),
                        Map.entry("windows", "dd3360f6b8ab0363c9992569bf1b7cca"))));
    }

    @Test
    void aMetadataStoreAddsOperatorsAndChangesNoOther() {
        Set<String> without = uids(graph());
        Set<String> with = uids(graph(JOB + "metadata: {uri: mongodb://localhost}\n"));
        assertThat(with).as(WHY).containsAll(without);
        with.removeAll(without);
        assertThat(with)
                .as(WHY)
                .containsExactlyInAnyOrder(
                        "metadata", "metadata-entries", "metadata-entries: receipts of kafka", "metadata-end");
    }

    @Test
    void windowsAreSealedForAMetadataStoreAlone() {
        String files = "  - {type: files, path: data/orders/export}\n";
        String archive = "  - {type: files, name: archive, path: data/orders/archive}\n";
        String job = JOB.replace(files, "").replace(archive, "");
        assertThat(uids(graph(job))).as("nobody keeps manifests").doesNotContain("windows");
        assertThat(uids(graph(job + "metadata: {uri: mongodb://localhost}\n")))
                .contains("windows", "metadata", "sink-kafka: receipts");
    }

    @Test
    void aJobThatSealsNothingHasNoneOfTheOperators() {
        assertThat(uids(graph(JOB + "windows: {manifests: false}\n")))
                .contains("sink-files: writer")
                .noneMatch(uid -> uid.startsWith("window") || uid.contains("announced") || uid.equals("digests"));
    }

    private static Map<String, String> hashes(StreamGraph graph) {
        Map<Integer, byte[]> hashes = new StreamGraphHasherV2().traverseStreamGraphAndGenerateHashes(graph);
        Map<String, String> found = new TreeMap<>();
        for (StreamNode node : graph.getStreamNodes()) {
            found.put(node.getTransformationUID(), HexFormat.of().formatHex(hashes.get(node.getId())));
        }
        return found;
    }

    private static Set<String> uids(StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void maximumParallelismIs1024ButForWhatRunsOnce() {
        for (JobVertex vertex : graph().getJobGraph().getVertices()) {
            // One subtask writes to a MongoDB that may fall behind, one seals all windows, and one says where Kafka has
            // them, however
            // the job is rescaled.
            boolean isOne = vertex.getName().startsWith("windows")
                    || vertex.getName().startsWith("sink-trailing")
                    || vertex.getName().startsWith("sink-kafka: receipts");
            int most = isOne ? 1 : 1024;
            assertThat(vertex.getMaxParallelism())
                    .as(
                            "%s: keyed state is cut into as many groups; another number refuses every savepoint there is",
                            vertex.getName())
                    .isEqualTo(most);
        }
    }

    private static StreamGraph graph() {
        return graph(JOB);
    }

    private static StreamGraph graph(String job) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(env, JobSpec.parse("job.yaml", job, Map.<String, String>of()::get), Life.withoutRecord());
        return env.getStreamGraph();
    }
}
