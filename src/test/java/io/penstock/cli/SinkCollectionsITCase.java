/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.job.ExportView;
import io.penstock.job.TestCluster;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.sink.files.Receipts;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.TopicChanges;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sinks of one job that export different collections; then others, under the same state, of which nothing may be left out.
 *
 * <pre>
 *            first life                 second life
 *   shop     shop.*                     shop.orders, geo.cities
 *   geo      geo.cities                 all
 *   most     shop.*, geo.cities         shop.items
 *   topic    geo.*                      geo.*
 * </pre>
 */
class SinkCollectionsITCase {
    private static final int DOCUMENTS = 60;
    private static final List<String> COLLECTIONS = List.of("shop.orders", "shop.items", "geo.cities", "geo.rivers");
    private static final List<String> SINKS = List.of("shop", "geo", "most");
    private static final String TOPIC = "geo";

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private KafkaBroker broker;
    private TestCluster cluster;
    private JobID job;
    private String savepoint;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
        broker = KafkaBroker.start(folder.resolve("kafka"));
        cluster = TestCluster.start(new Configuration(), 2);
        for (String name : COLLECTIONS) {
            collection(name)
                    .insertMany(IntStream.range(0, DOCUMENTS)
                            .mapToObj(i -> new Document("_id", i).append("n", 0))
                            .toList());
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        broker.close();
        client.close();
        server.close();
    }

    @Test
    void eachSinkExportsItsCollectionsAndEveryFolderIsAsItWasSealed() throws Exception {
        List<String> ofMost = List.of("shop.orders", "shop.items", "geo.cities");
        begin(
                "collections: ['/shop[.].*/'],",
                "collections: [geo.cities],",
                "collections: ['/shop[.].*/', geo.cities],");
        awaitExported("most", ofMost);
        COLLECTIONS.forEach(name -> write(name, 1));
        awaitExported("most", ofMost);
        awaitExported("shop", List.of("shop.orders", "shop.items"));
        awaitExported("geo", List.of("geo.cities"));
        awaitSealed();
        end();
        assertThat(folders("shop")).containsExactlyInAnyOrder("shop.orders", "shop.items", "manifests");
        assertThat(folders("geo")).containsExactlyInAnyOrder("geo.cities", "manifests");
        assertThat(names("shop", "shop.orders")).isEqualTo(names("most", "shop.orders"));
        assertThat(names("geo", "geo.cities"))
                .isEqualTo(names("most", "geo.cities"))
                .isEqualTo(messages("geo.cities"));
        assertThat(messages("geo.rivers")).hasSize(DOCUMENTS + 7);
        SINKS.forEach(this::assertManifests);

        List<String> itemsBefore = names("shop", "shop.items");
        begin("collections: [shop.orders, geo.cities],", "", "collections: [shop.items],");
        COLLECTIONS.forEach(name -> write(name, 2));
        awaitExported("most", List.of("shop.items"));
        awaitExported("shop", List.of("shop.orders"));
        awaitExported("geo", List.of("geo.cities"));
        await().atMost(Duration.ofMinutes(4))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .until(() -> names("geo", "shop.items").size() >= 7
                        && names("geo", "geo.rivers").size() >= 7
                        && names("shop", "geo.cities").size() >= 7);
        awaitSealed();
        end();
        assertThat(names("shop", "shop.items")).as("of a collection that left").isEqualTo(itemsBefore);
        assertThat(names("shop", "geo.cities"))
                .as("a collection that was added begins with the next change")
                .hasSize(7);
        assertThat(names("geo", "geo.cities")).isEqualTo(messages("geo.cities"));
        for (String sink : SINKS) {
            assertManifests(sink);
            for (String name : COLLECTIONS) {
                assertThat(view(sink, name).doubled()).as("doubled in " + sink).isZero();
                assertThat(view(sink, name).backwards())
                        .as("backwards in " + sink)
                        .isZero();
            }
        }
    }

    /** Those of all collections lie beside each sink; verify-chain finds nothing wrong. */
    private void assertManifests(String sink) {
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("windows", "verify-chain", export(sink).toString());
        assertThat(code).as(sink + ": " + out).isZero();
        Map<String, Long> documents = new HashMap<>();
        Set<String> named = new TreeSet<>();
        Set<String> receipted = new TreeSet<>();
        try {
            for (Found found : Manifests.find(export(sink).toString())) {
                Manifest manifest =
                        Manifest.read(Files.readAllBytes(Path.of(found.path().getPath())));
                documents.put(manifest.namespace(), manifest.documents());
                manifest.files().stream()
                        .filter(file -> file.sink().equals(sink))
                        .forEach(file ->
                                named.add(file.path().substring(0, file.path().indexOf('/'))));
                if (!Receipts.of(found).isEmpty()) {
                    receipted.add(manifest.namespace());
                }
            }
            assertThat(documents)
                    .as("of a collection that no files sink exports, too")
                    .isEqualTo(Map.of("shop.orders", 60L, "shop.items", 60L, "geo.cities", 60L, "geo.rivers", 60L));
            List<String> there = new ArrayList<>(folders(sink));
            there.remove("manifests");
            assertThat(named).containsExactlyInAnyOrderElementsOf(there);
            assertThat(receipted).containsExactly("geo.cities", "geo.rivers");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells the messages of a collection from each other, sorted. */
    private List<String> messages(String name) {
        return TopicChanges.committed(broker, TOPIC).stream()
                .filter(message -> message.startsWith(name + " "))
                .sorted()
                .toList();
    }

    private List<String> folders(String sink) throws IOException {
        try (var folders = Files.list(export(sink))) {
            return folders.map(each -> each.getFileName().toString()).toList();
        }
    }

    private MongoCollection<Document> collection(String name) {
        Namespace namespace = Namespace.parse(name);
        return client.getDatabase(namespace.database()).getCollection(namespace.collection());
    }

    /** Seven changes: of five documents, a delete and an insert. */
    private void write(String name, int round) {
        collection(name).updateMany(Filters.lt("_id", 5), Updates.inc("n", 1));
        collection(name).deleteOne(Filters.eq(10 + round));
        collection(name).insertOne(new Document("_id", 1_000 + round).append("n", round));
    }

    private void begin(String shop, String geo, String most) throws Exception {
        String yaml =
                """
                name: several
                source: {uri: "${SOURCE}", collections: ['/geo[.].*/', shop.orders, shop.items]}
                sinks:
                  - {type: files, name: shop, %s path: %s}
                  - {type: files, name: geo, %s path: %s, format: bson}
                  - {type: files, name: most, %s path: %s}
                  - {type: kafka, bootstrap-servers: "%s", topic: %s, format: bson, partitions: 2,
                     collections: ['/geo[.].*/']}
                windows: {every: 1 s}
                pipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: %s, restart: {attempts: 0}}
                """
                        .formatted(
                                shop,
                                export("shop"),
                                geo,
                                export("geo"),
                                most,
                                export("most"),
                                broker.bootstrapServers(),
                                TOPIC,
                                folder.resolve("state"));
        job = cluster.submit(yaml, Map.of("SOURCE", server.uri()), savepoint);
    }

    private void end() throws Exception {
        savepoint = cluster.stop(job, folder.resolve("savepoints"), SavepointFormatType.NATIVE);
    }

    private Path export(String sink) {
        return folder.resolve("export-" + sink);
    }

    private void awaitExported(String sink, List<String> names) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    for (String name : names) {
                        assertThat(view(sink, name)
                                        .differences(collection(name)
                                                .withDocumentClass(RawBsonDocument.class)
                                                .find()))
                                .as(name)
                                .isEmpty();
                    }
                });
    }

    /** The windows of all that was exported up to now, beside each sink. */
    private void awaitSealed() throws IOException {
        long last = 0;
        for (String sink : SINKS) {
            for (org.apache.flink.core.fs.Path file :
                    ExportReader.files(export(sink).toString())) {
                last = Math.max(last, ExportReader.window(file));
            }
        }
        for (String sink : SINKS) {
            for (String name : COLLECTIONS) {
                long until = last;
                await().atMost(Duration.ofMinutes(4))
                        .ignoreException(NoSuchFileException.class)
                        .failFast(() -> assertThat(cluster.failure(job)).isNull())
                        .until(() -> Manifests.find(export(sink).toString()).stream()
                                .anyMatch(found -> found.namespaceFolder().equals(name) && found.last() >= until));
            }
        }
    }

    private ExportView view(String sink, String name) throws IOException {
        ExportView view = new ExportView();
        for (org.apache.flink.core.fs.Path file : files(sink, name)) {
            view.addFile(file);
        }
        return view;
    }

    /** What tells the changes of a collection from each other, sorted. */
    private List<String> names(String sink, String name) throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files(sink, name)) {
            ExportReader.read(file, changes::add);
        }
        return changes.stream().map(TopicChanges::name).sorted().toList();
    }

    private List<org.apache.flink.core.fs.Path> files(String sink, String name) throws IOException {
        return ExportReader.files(export(sink).toString(), Namespace.parse(name));
    }
}
