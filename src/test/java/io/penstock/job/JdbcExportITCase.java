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
import io.penstock.sink.conformance.Held;
import io.penstock.sink.jdbc.Postgres;
import io.penstock.spec.JobSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job from the development server into a real PostgreSQL: the table follows the collection. */
class JdbcExportITCase {
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    private Path folder;

    @Test
    void theTableIsTheCollectionWhileThatIsWrittenTo() throws Exception {
        try (Postgres postgres = Postgres.start();
                DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri())) {
            MixedWriter writer = new MixedWriter(client, "shop", "orders", 3);
            writer.fill(1_500);
            JobClient job = submit(server.uri(), postgres.url());
            try {
                await().ignoreExceptions()
                        .atMost(Duration.ofMinutes(4))
                        .until(() -> postgres.count("public", "orders") > 0);
                for (int i = 0; i < 2_000; i++) {
                    writer.write(1_700);
                }
                MongoCollection<RawBsonDocument> orders =
                        client.getDatabase("shop").getCollection("orders", RawBsonDocument.class);
                Set<String> expected = new TreeSet<>();
                orders.find()
                        .forEach(each -> expected.add(Held.relaxed(
                                io.penstock.sink.Changes.bson(each.decode(new org.bson.codecs.BsonDocumentCodec())))));
                await().atMost(Duration.ofMinutes(4))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(documents(postgres).equals(expected))
                                .as("%d rows of %d", postgres.count("public", "orders"), expected.size())
                                .isTrue());
                assertThat(postgres.count("public", "orders")).isEqualTo(expected.size());
            } finally {
                job.cancel().get();
            }
        }
    }

    private static Set<String> documents(Postgres postgres) throws SQLException {
        Set<String> documents = new TreeSet<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select document from orders")) {
            while (rows.next()) {
                documents.add(rows.getString(1));
            }
        }
        return documents;
    }

    private JobClient submit(String source, String target) throws Exception {
        String yaml =
                """
                name: tables
                source: {uri: "%s", collections: [shop.orders]}
                sinks:
                  - type: jdbc
                    url: %s
                    create-table: true
                    columns: [{name: document, path: ".", type: json}]
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: %s}
                """
                        .formatted(source, target, folder.resolve("state"));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(env, JobSpec.parse("tables.yaml", yaml, Map.<String, String>of()::get), Life.withoutRecord());
        return env.executeAsync();
    }
}
