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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job into a table whose columns are made of the fields seen, while the documents change their shape and the job its parallelism. */
class JdbcSchemaITCase {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    @Test
    void theTableGrowsWithTheDocumentsThroughSavepointsAndRescaling() throws Exception {
        try (Postgres postgres = Postgres.start();
                DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri());
                TestCluster flink = TestCluster.start(new Configuration(), 2)) {
            MongoCollection<Document> orders = client.getDatabase("shop").getCollection("orders");
            orders.insertMany(IntStream.range(0, 300)
                    .mapToObj(i -> new Document("_id", i).append("total", i))
                    .toList());

            JobID job = flink.submit(yaml(postgres, 2), Map.of("SOURCE", server.uri()), null);
            expect(postgres, "select count(total) || ' ' || sum(total) from orders", "300 44850");

            orders.updateMany(new Document(), new Document("$set", new Document("city", "Bern")));
            expect(postgres, "select count(city) || ' ' || min(city) from orders", "300 Bern");
            orders.updateOne(new Document("_id", 7), new Document("$set", new Document("total", "seven")));
            expect(
                    postgres,
                    "select concat_ws(' ', penstock_unfit ->> 'total', total, city) from orders where _id = 7",
                    "seven Bern");

            String savepoint = flink.stop(job, folder.resolve("savepoints"), SavepointFormatType.NATIVE);
            orders.insertOne(new Document("_id", 1000).append("total", 5L).append("paid", true));
            orders.deleteOne(new Document("_id", 8));
            job = flink.submit(yaml(postgres, 1), Map.of("SOURCE", server.uri()), savepoint);
            expect(
                    postgres,
                    "select concat_ws(' ', count(*), count(total), sum(total), bool_and(paid)) from orders",
                    "300 299 44840 t");
            assertThat(postgres.text("select string_agg(attname || ' ' || atttypid::regtype, ',' order by attnum) from"
                            + " pg_attribute where attrelid = 'orders'::regclass and attnum > 6"))
                    .isEqualTo("_id bigint,total bigint,city text,paid boolean");
            flink.cancel(job);
        }
    }

    private static void expect(Postgres postgres, String sql, String text) {
        await().ignoreExceptions().atMost(LIMIT).untilAsserted(() -> assertThat(postgres.text(sql))
                .isEqualTo(text));
    }

    private String yaml(Postgres postgres, int parallelism) {
        return """
                name: tables
                source: {uri: "${SOURCE}", collections: [shop.orders]}
                sinks:
                  - {type: jdbc, url: "%s", create-table: true, columns-from: schema}
                pipeline: {parallelism: %d, checkpoint-interval: 200 ms, state-dir: %s}
                """
                .formatted(postgres.url(), parallelism, folder.resolve("state"));
    }
}
