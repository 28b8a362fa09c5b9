/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.penstock.devserver.DevServer;
import io.penstock.sink.jdbc.Postgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanITCase {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void itNamesWhatWouldBeExportedWhatIsSkippedAndWhatIsStillToCome() throws IOException {
        try (DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoDatabase shop = client.getDatabase("shop");
            shop.getCollection("orders")
                    .insertMany(IntStream.range(0, 500)
                            .mapToObj(id -> new Document("_id", id))
                            .toList());
            assertThat(plan(server.uri(), "[shop.orders, shop.later]")).isZero();
            assertThat(out.toString())
                    .contains(
                            "MongoDB 7.0",
                            "shop.orders",
                            "500",
                            "int32",
                            "state    about",
                            "shop.later does not exist",
                            "can run");
            assertThat(Files.exists(folder.resolve("out"))).isFalse();

            assertThat(plan(server.uri(), "['/shop\\..*/']", "--json")).isZero();
            assertThat(out.toString()).contains("\"namespace\" : \"shop.orders\"", "\"problems\" : [ ]");
        }
    }

    @Test
    void aSourceThatDoesNotAnswerIsAProblem() throws IOException {
        assertThat(plan("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500", "[shop.orders]"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("PROBLEM  cannot use the source: no server can be used: 127.0.0.1:1 (", "cannot run");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsAProblemAndRefusesTheRun() throws IOException {
        try (DevServer server = DevServer.start()) {
            Path job = Files.writeString(
                    folder.resolve("kafka.yaml"),
                    ("name: orders\nsource: {uri: \"%s\", collections: [shop.orders]}\npipeline: {state-dir: %s}\n"
                                    + "sinks: [{type: kafka, bootstrap-servers: \"127.0.0.1:1\", topic: orders}]\n")
                            .formatted(server.uri(), folder.resolve("state")));
            for (String command : new String[] {"plan", "run"}) {
                out.getBuffer().setLength(0);
                assertThat(execute(command, job.toString())).isEqualTo(1);
                assertThat(out.toString())
                        .containsOnlyOnce("kafka sink 'kafka': cannot reach a broker at 127.0.0.1:1")
                        .doesNotContain("sink kafka: ");
            }
        }
    }

    @Test
    void columnsThatAreMadeOfFieldsAreInTheStatementsAsASampleHasThem() throws Exception {
        try (Postgres postgres = Postgres.start();
                DevServer server = DevServer.start();
                MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase("shop")
                    .getCollection("orders")
                    .insertOne(new Document("_id", 1).append("total", 1.5).append("city", "Bern"));
            Path job = Files.writeString(
                    folder.resolve("jdbc.yaml"),
                    ("name: orders\nsource: {uri: \"%s\", collections: [shop.orders]}\npipeline: {state-dir: %s}\n"
                                    + "sinks: [{type: jdbc, url: \"%s\", columns-from: schema}]\n")
                            .formatted(server.uri(), folder.resolve("state"), postgres.url()));
            assertThat(execute("plan", job.toString())).isEqualTo(1);
            assertThat(out.toString())
                    .contains(
                            "SQL      create table if not exists \"public\".\"orders\"",
                            "\"_id\" bigint, \"total\" double precision, \"city\" text",
                            "run the statements, or say create-table: true");
        }
    }

    private int plan(String uri, String collections, String... options) throws IOException {
        Path job = Files.writeString(
                folder.resolve("job.yaml"),
                "name: orders\nsource: {uri: \"%s\", collections: %s}\nsinks: [{type: files, path: %s}]\n"
                        .formatted(uri, collections, folder.resolve("out")));
        out.getBuffer().setLength(0);
        return execute(Stream.concat(Stream.of("plan", job.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }
}
