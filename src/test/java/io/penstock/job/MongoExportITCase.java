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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.Document;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job with a sink of MongoDB collections. */
class MongoExportITCase {
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(1)
            .build());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"upsert", "transactional"})
    void aSinkWithCollectionsGetsThoseOfTheJobsOnly(String mode) throws Exception {
        try (DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase("shop").getCollection("items").insertOne(new Document("_id", 1));
            client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 1));
            JobClient job = submit(server.uri(), mode);
            try {
                arrived(client, "every", "items", 1);
                client.getDatabase("shop").getCollection("items").insertOne(new Document("_id", 2));
                arrived(client, "every", "items", 2);
                // One task writes all, in order: with this the items before it would be there, if they were meant to
                // be.
                client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 2));
                arrived(client, "some", "orders", 2);
                assertThat(client.getDatabase("some").listCollectionNames().into(new ArrayList<>()))
                        .containsExactly("orders");
            } finally {
                job.cancel().get();
            }
        }
    }

    private static void arrived(MongoClient client, String database, String collection, int count) {
        MongoCollection<Document> target = client.getDatabase(database).getCollection(collection);
        await().atMost(Duration.ofMinutes(4)).until(() -> target.countDocuments() == count);
    }

    private JobClient submit(String uri, String mode) throws Exception {
        String yaml =
                """
                name: copies
                source: {uri: "%1$s", collections: [shop.items, shop.orders]}
                sinks:
                  - {type: mongodb, name: every, mode: %2$s, uri: "%1$s", database: every, staging-database: s_every}
                  - {type: mongodb, name: some, mode: %2$s, uri: "%1$s", database: some, staging-database: s_some,
                     collections: [shop.orders]}
                pipeline: {parallelism: 1, checkpoint-interval: 500 ms, state-dir: %3$s}
                """
                        .formatted(uri, mode, folder.resolve("state"));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(env, JobSpec.parse("copies.yaml", yaml, Map.<String, String>of()::get), Life.withoutRecord());
        return env.executeAsync();
    }
}
