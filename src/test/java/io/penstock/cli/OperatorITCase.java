/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.job.ExportView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator types, in a shell whose folder is not the project's: a cluster of separate processes, the packaged job jar, and a password
 * that only the cluster's processes know.
 */
class OperatorITCase {
    private static final String PASSWORD = "Str33tOrgan+Grinder";
    private static final String ENCODED = "Str33tOrgan%2BGrinder";
    private static final Path SCRIPT = Path.of("scripts", "penstock").toAbsolutePath();
    private static final int DOCUMENTS = 200;

    @TempDir
    private Path folder;

    private DevServer server;
    private String address;
    private MongoClient client;

    @BeforeEach
    void start() throws IOException {
        server = DevServer.builder().user("ann", PASSWORD.toCharArray()).start();
        address = server.uri().replace("mongodb://", "mongodb://ann:" + ENCODED + "@") + "&authSource=admin";
        client = MongoClients.create(address);
        orders().insertMany(IntStream.range(0, DOCUMENTS)
                .mapToObj(id -> RawBsonDocument.parse("{_id: " + id + "}"))
                .toList());
        Files.writeString(
                folder.resolve("orders.yaml"),
                """
                name: orders
                source: {uri: "${ORDERS_URI}", collections: [shop.orders]}
                sinks: [{type: files, path: export}]
                pipeline: {state-dir: state, checkpoint-interval: 500 ms, parallelism: 2}
                """);
    }

    @AfterEach
    void stop() throws Exception {
        penstock(Map.of(), "cluster", "stop");
        client.close();
        server.close();
    }

    @Test
    void theCommandsWorkFromAnyFolderAndThePasswordIsNowhere() throws Exception {
        typed(Map.of("ORDERS_URI", address), "cluster", "start", "--port", "0", "--taskmanagers", "1", "--slots", "2");
        assertThat(typed(Map.of(), "submit", "orders.yaml")).contains("running after");
        untilExported();
        JsonNode status = new JsonMapper().readTree(typed(Map.of(), "status", "--json", "orders.yaml"));
        assertThat(status.path("state").asText()).isEqualTo("RUNNING");
        String rest = status.path("cluster").asText();
        String id = status.path("flinkJob").asText();

        String savepoint = new JsonMapper()
                .readTree(typed(Map.of(), "savepoint", "--json", "orders.yaml"))
                .path("savepoint")
                .asText();
        orders().deleteOne(RawBsonDocument.parse("{_id: 1}"));
        untilExported();
        // Here the secret has to be known: the source is asked for its time.
        assertThat(penstock(Map.of(), "rollback", "orders.yaml", "--to", savepoint))
                .isEqualTo(1);
        assertThat(printed()).contains("ORDERS_URI is not set");
        assertThat(typed(Map.of("ORDERS_URI", address), "rollback", "orders.yaml", "--to", savepoint))
                .contains("rolled back", "revision 1");
        assertThat(typed(Map.of(), "cancel", "orders.yaml")).contains("what stays");
        untilExported();
        assertThat(ExportView.of(folder.resolve("export")).doubled()).isZero();

        for (String path : List.of(
                "/jobs/" + id + "/config",
                "/jobs/" + id,
                "/jobs/" + id + "/exceptions",
                "/jars",
                "/jobmanager/config",
                "/jobmanager/environment")) {
            assertThat(body(rest + path)).as(path).doesNotContain(PASSWORD, ENCODED);
        }
        assertThat(filesWithThePassword()).isEmpty();
    }

    private List<Path> filesWithThePassword() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                String text = attributes.isRegularFile() ? text(path) : "";
                if (text.contains(PASSWORD) || text.contains(ENCODED)) {
                    found.add(path);
                }
                return FileVisitResult.CONTINUE;
            }

            /** The cluster lives, and removes what it no longer needs. */
            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, IOException failure) throws IOException {
                return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(path, failure);
            }
        });
        return found;
    }

    private static String text(Path path) throws IOException {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException removed) {
            return "";
        }
    }

    private void untilExported() {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> ExportView.of(folder.resolve("export")).assertEquals(orders().find()));
    }

    private MongoCollection<RawBsonDocument> orders() {
        return client.getDatabase("shop").getCollection("orders", RawBsonDocument.class);
    }

    private static String body(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String typed(Map<String, String> environment, String... arguments) throws Exception {
        assertThat(penstock(environment, arguments)).as(printed()).isZero();
        return printed();
    }

    private String printed() throws IOException {
        return Files.readString(folder.resolve("printed"));
    }

    private int penstock(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile());
        builder.environment().remove("FLINK_REST_URL");
        builder.environment().remove("PENSTOCK_CLUSTER_DIR");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(8, TimeUnit.MINUTES)).as(printed()).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
