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
import io.penstock.sink.jdbc.Postgres;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One job, two sinks, and a database that is killed. */
class FallBehindITCase {
    private static final Duration LONG = Duration.ofMinutes(4);

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    private Path folder;

    @Test
    void whileADatabaseIsDownTheFilesGoOnAndAfterwardsItsTableIsTheCollection() throws Exception {
        try (Postgres postgres = Postgres.start();
                DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> orders = client.getDatabase("shop").getCollection("orders");
            insert(orders, 0, 200);
            JobClient job = submit(server.uri(), postgres.url());
            try {
                await().ignoreExceptions().atMost(LONG).until(() -> postgres.count("public", "orders") == 200);
                postgres.kill();
                for (int from = 200; from < 1_000; from += 100) {
                    insert(orders, from, from + 100);
                    int last = from + 99;
                    await().atMost(LONG).until(() -> lines("\"order-" + last + "\"") > 0);
                }
                orders.deleteMany(new Document("_id", new Document("$lt", 50)));
                postgres.restart();
                await().ignoreExceptions().atMost(LONG).until(() -> postgres.count("public", "orders") == 950);
                assertThat(postgres.text("select min(k) || ' ' || max(k) || ' ' || count(distinct k) from orders"))
                        .isEqualTo("50 999 950");
                assertThat(lines("\"order-")).as("insertions and nothing twice").isEqualTo(1_000);
            } finally {
                job.cancel().get();
            }
        }
    }

    private static void insert(MongoCollection<Document> orders, int from, int until) {
        for (int i = from; i < until; i++) {
            orders.insertOne(new Document("_id", i).append("name", "order-" + i));
        }
    }

    /** How many lines of committed files have the text in an inserted document. */
    private long lines(String text) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("export"))) {
            return all.filter(path -> path.getFileName().toString().endsWith(".ndjson"))
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .flatMap(FallBehindITCase::lines)
                    .filter(line -> line.contains(text))
                    .count();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JobClient submit(String source, String target) throws Exception {
        String yaml =
                """
                name: two
                source: {uri: "%s", collections: [shop.orders]}
                sinks:
                  - {type: files, path: %s}
                  - type: jdbc
                    url: %s
                    create-table: true
                    columns: [{name: k, path: _id, type: integer}, {name: name}]
                    when-down: fall-behind
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: %s}
                """
                        .formatted(source, folder.resolve("export"), target, folder.resolve("state"));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(env, JobSpec.parse("two.yaml", yaml, Map.<String, String>of()::get), Life.withoutRecord());
        return env.executeAsync();
    }
}
