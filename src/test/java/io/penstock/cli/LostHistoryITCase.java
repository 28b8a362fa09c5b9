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
import io.penstock.record.ChangeRecord.Op;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.Manifests;
import io.penstock.window.Gap;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job that is down while its source's change log is cut. Timeline of {@code shop.orders}, by key:
 *
 * <pre>
 *            before the gap        in it                      behind it
 *   0-4      update                update                     update
 *   10-14    delete                re-insert of 10            delete of 10
 *   16       delete, re-insert     update
 *   20-29                          delete, re-insert of 25    re-insert of 26
 *   30-34                                                     update
 *   35-39                                                     delete
 *   300-304  insert                delete of 300
 *   400-404                        insert                     update of 400
 *   500                                                       insert
 *   100                            nothing ever
 *   gone     50 documents          dropped
 *   came                           30 documents               update
 * </pre>
 *
 * <p>The job is stopped once more while it reads everything anew.
 */
class LostHistoryITCase {
    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private TestCluster cluster;
    private JobID job;
    private String savepoint;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
        cluster = TestCluster.start(new Configuration(), 2);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "versions"})
    void whatHappenedBeforeInAndBehindAGapIsExportedAndTheGapIsNamed(String mode) throws Exception {
        MongoCollection<Document> orders = collection("orders");
        insert("orders", 0, 200);
        insert("gone", 0, 50);
        begin(mode);
        orders.updateMany(Filters.lt("_id", 5), Updates.inc("n", 1));
        orders.deleteMany(Filters.and(Filters.gte("_id", 10), Filters.lt("_id", 15)));
        orders.deleteOne(Filters.eq(16));
        insert("orders", 16, 17);
        insert("orders", 300, 305);
        awaitExported("orders", "gone");
        awaitManifests(1, 1);
        end();

        orders.updateMany(Filters.lt("_id", 5), Updates.inc("n", 1));
        insert("orders", 10, 11);
        orders.updateOne(Filters.eq(16), Updates.inc("n", 1));
        orders.deleteMany(Filters.and(Filters.gte("_id", 20), Filters.lt("_id", 30)));
        insert("orders", 25, 26);
        orders.deleteOne(Filters.eq(300));
        insert("orders", 400, 405);
        collection("gone").drop();
        insert("came", 0, 30);
        server.loseHistory();

        begin(mode);
        orders.updateMany(Filters.lt("_id", 5), Updates.inc("n", 1));
        orders.deleteOne(Filters.eq(10));
        insert("orders", 26, 27);
        end();
        begin(mode);
        orders.updateMany(Filters.and(Filters.gte("_id", 30), Filters.lt("_id", 35)), Updates.inc("n", 1));
        orders.deleteMany(Filters.and(Filters.gte("_id", 35), Filters.lt("_id", 40)));
        orders.updateOne(Filters.eq(400), Updates.inc("n", 1));
        insert("orders", 500, 501);
        collection("came").updateMany(new Document(), Updates.inc("n", 1));
        awaitExported("orders", "gone", "came");
        awaitManifests(2, 2);
        end();

        assertHistory();
        assertManifests();
    }

    private void assertHistory() throws IOException {
        for (String name : List.of("orders", "gone", "came")) {
            assertThat(view(name).doubled()).as("doubled in " + name).isZero();
            assertThat(view(name).backwards()).as("backwards in " + name).isZero();
        }
        List<ChangeRecord> ghosts = changes("orders").stream()
                .filter(change -> change.op() == Op.DELETE && change.version().isRow())
                .toList();
        assertThat(ghosts).extracting(LostHistoryITCase::id).contains(20, 21, 22, 23, 24, 27, 28, 29, 300);
        assertThat(ghosts)
                .extracting(change -> change.version())
                .containsOnly(ghosts.get(0).version());
        assertThat(changes("orders").stream().filter(change -> id(change) == 100))
                .as("of a document that did not change nothing is exported again")
                .hasSize(1);
        assertThat(changes("gone").stream().filter(change -> change.op() == Op.DELETE))
                .hasSize(50)
                .allMatch(change -> change.version().clusterTime()
                        == ghosts.get(0).version().clusterTime());
    }

    private static int id(ChangeRecord change) {
        return new RawBsonDocument(change.documentKey()).getInt32("_id").getValue();
    }

    private String windows(int expectedCode, String command) {
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("windows", command, export().toString());
        assertThat(code).as(out.toString()).isEqualTo(expectedCode);
        return out.toString();
    }

    private void assertManifests() throws IOException {
        windows(0, "verify-chain");
        assertThat(windows(0, "list")).containsPattern("history lost from 20.*Z to 20.*Z");
        Path file = Path.of(files("orders").get(0).getPath());
        Path copied = Files.copy(
                file, file.resolveSibling(file.getFileName().toString().replace(".ndjson", "99.ndjson")));
        assertThat(windows(1, "verify-chain"))
                .as("a generation behind a gap supersedes nothing")
                .contains(copied.getFileName() + ": window", "belongs to no manifest");
        Files.delete(copied);
        for (String name : List.of("orders", "gone")) {
            List<Manifest> old = manifests(name, 1);
            Manifest lastOld = old.get(old.size() - 1);
            Manifest first = manifests(name, 2).get(0);
            assertThat(first.kind()).isEqualTo("baseline");
            assertThat(first.previous()).isEqualTo(lastOld.manifestHash());
            assertThat(first.gaps()).hasSize(1);
            Gap gap = first.gaps().get(0);
            assertThat(gap.from()).isLessThan(gap.to());
            assertThat(first.window()).isGreaterThanOrEqualTo(gap.to() >>> 32);
            assertThat(lastOld.window()).isLessThan(gap.from() >>> 32);
        }
        List<Manifest> behind = manifests("orders", 2);
        assertThat(behind.subList(1, behind.size()))
                .as("only the first names the gap")
                .allMatch(manifest -> manifest.gaps().isEmpty());
        assertThat(behind.get(behind.size() - 1).documents())
                .isEqualTo(collection("orders").countDocuments());
    }

    private MongoCollection<Document> collection(String name) {
        return client.getDatabase("shop").getCollection(name);
    }

    private void insert(String name, int from, int to) {
        collection(name)
                .insertMany(IntStream.range(from, to)
                        .mapToObj(i -> new Document("_id", i).append("n", 0))
                        .toList());
    }

    private void begin(String mode) throws Exception {
        String yaml =
                """
                name: lost
                source:
                  uri: "${SOURCE}"
                  collections: ['/shop[.].*/']
                  snapshot: {max-documents-per-split: 40}
                reconcile: {mode: %s}
                windows: {every: 1 s}
                sinks: [{type: files, path: %s}]
                pipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: %s, restart: {attempts: 0}}
                """
                        .formatted(mode, export(), folder.resolve("state"));
        job = cluster.submit(yaml, Map.of("SOURCE", server.uri()), savepoint);
    }

    private void end() throws Exception {
        savepoint = cluster.stop(job, folder.resolve("savepoints"), SavepointFormatType.NATIVE);
    }

    private Path export() {
        return folder.resolve("export");
    }

    private void awaitExported(String... names) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    for (String name : names) {
                        assertThat(view(name)
                                        .differences(client.getDatabase("shop")
                                                .getCollection(name, RawBsonDocument.class)
                                                .find()))
                                .as(name)
                                .isEmpty();
                    }
                });
    }

    /** A manifest of several windows in which nothing happened is replaced as they become more. */
    private void awaitManifests(int generation, int atLeast) {
        await().atMost(Duration.ofMinutes(4))
                .ignoreException(NoSuchFileException.class)
                .until(() -> manifests("orders", generation).size() >= atLeast);
    }

    private ExportView view(String name) throws IOException {
        ExportView view = new ExportView();
        for (org.apache.flink.core.fs.Path file : files(name)) {
            view.addFile(file);
        }
        return view;
    }

    private List<ChangeRecord> changes(String name) throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files(name)) {
            ExportReader.read(file, changes::add);
        }
        return changes;
    }

    private List<org.apache.flink.core.fs.Path> files(String name) throws IOException {
        return ExportReader.files(export().toString()).stream()
                .filter(file -> file.getParent().getName().equals("shop." + name))
                .toList();
    }

    /** Of a collection and a generation, in order. */
    private List<Manifest> manifests(String name, int generation) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (Manifests.Found found : Manifests.find(export().toString())) {
            for (Manifest manifest :
                    Manifest.all(Files.readAllBytes(Path.of(found.path().getPath())))) {
                if (manifest.generation() == generation && manifest.namespace().equals("shop." + name)) {
                    manifests.add(manifest);
                }
            }
        }
        return manifests;
    }
}
