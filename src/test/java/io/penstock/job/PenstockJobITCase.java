/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.spec.JobSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job against the development server: what is exported is the collection, byte for byte, and nothing is there twice. */
class PenstockJobITCase {
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private DevServer server;
    private MongoClient client;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private JobClient submit(String mode) throws Exception {
        String yaml =
                """
                name: mixed
                source:
                  uri: ${SOURCE}
                  collections: [shop.orders]
                  startup: {mode: %s}
                sinks:
                  - {type: files, path: %s}
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: %s}
                """
                        .formatted(mode, folder.resolve("export"), folder.resolve("state"));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        String uri = server.uri();
        JobSpec spec = JobSpec.parse("mixed.yaml", yaml.replace("${SOURCE}", uri), Map.<String, String>of()::get);
        PenstockJob.build(env, spec, Life.withoutRecord());
        return env.executeAsync();
    }

    private MongoCollection<RawBsonDocument> orders() {
        return client.getDatabase("shop").getCollection("orders", RawBsonDocument.class);
    }

    @Test
    void whatIsExportedWhileItIsBeingWrittenIsTheCollection() throws Exception {
        MixedWriter writer = new MixedWriter(client, "shop", "orders", 1);
        writer.fill(2_000);
        JobClient job = submit("initial");
        try {
            await().atMost(Duration.ofMinutes(4)).until(() -> Files.exists(folder.resolve("export")));
            for (int i = 0; i < 3_000; i++) {
                writer.write(2_200);
            }
            awaitEqual();
            ExportView view = ExportView.of(folder.resolve("export"));
            assertThat(view.changes()).as("rows and later changes").isGreaterThan((int) orders().countDocuments());
            assertThat(view.doubled()).isZero();
        } finally {
            job.cancel().get();
        }
    }

    /** On servers from 6.1; without expanded events the change would be taken for one of the field c of b. */
    @Test
    void aNameWithADotThatIsSetInsideADocumentForTheFirstTimeIsNoPath() throws Exception {
        BsonDocument document = BsonDocument.parse("{_id: 1, a: {b: {z: 1}}}")
                .append("filler", new BsonString("so large that an update is no replacement ".repeat(50)));
        orders().withDocumentClass(BsonDocument.class).insertOne(document);
        JobClient job = submit("initial");
        try {
            awaitEqual();
            orders().updateOne(
                            BsonDocument.parse("{_id: 1}"),
                            List.of(BsonDocument.parse(
                                    "{$set: {a: {$setField: {field: 'b.c', input: '$a', value: 5}}}}")));
            awaitEqual();
            assertThat(ExportView.of(folder.resolve("export")).changes()).isEqualTo(2);
        } finally {
            job.cancel().get();
        }
    }

    private void awaitEqual() {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> ExportView.of(folder.resolve("export")).assertEquals(orders().find()));
    }

    @Test
    void aSnapshotOnlyJobEndsByItselfWithTheCollection() throws Exception {
        new MixedWriter(client, "shop", "orders", 2).fill(2_000);
        JobClient job = submit("snapshot-only");
        job.getJobExecutionResult().get(4, TimeUnit.MINUTES);
        ExportView view = ExportView.of(folder.resolve("export"));
        view.assertEquals(orders().find());
        assertThat(view.changes()).isEqualTo((int) orders().countDocuments());
    }
}
