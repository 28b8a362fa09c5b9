/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.DevServerBuilder;
import io.penstock.devserver.Privilege;
import io.penstock.job.ExportView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user of {@code run} meets when something outside is broken: a sentence that says what to do, and nothing lost. */
class FaultsITCase {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void historyThatIsLostEndsTheRunOrEverythingIsReadAnewAsTheJobFileSays() throws Exception {
        start(DevServer.builder().changeLogBytes(100_000));
        insert(0, 100);
        try (Child run = run("")) {
            untilEqual(run);
            assertThat(run.stop()).as(run.output()).isZero();
        }
        for (int i = 0; i < 20; i++) {
            orders().updateMany(new Document(), new Document("$set", new Document("text", "x".repeat(100) + i)));
        }
        String fails = "on-history-lost: fail";
        try (Child run = run(fails)) {
            assertThat(run.exitCode(LIMIT)).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains("no longer has the history", "--fresh");
        }
        try (Child run = run(fails, "--fresh")) {
            assertThat(run.exitCode(LIMIT)).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains("export");
        }
        orders().deleteOne(new Document("_id", 7));
        try (Child run = run("")) {
            untilEqual(run);
            assertThat(run.stop()).as(run.output()).isZero();
        }
        Files.move(folder.resolve("export"), folder.resolve("earlier"));
        try (Child run = run("", "--fresh")) {
            untilEqual(run);
        }
    }

    @Test
    void aDroppedCollectionIsDeletedInTheExportAndMayComeBack() throws Exception {
        start(DevServer.builder());
        insert(0, 200);
        try (Child run = run("")) {
            untilEqual(run);
            orders().drop();
            untilEqual(run);
            insert(100, 300);
            untilEqual(run);
            assertThat(run.stop()).as(run.output()).isZero();
        }
    }

    @Test
    void wrongCredentialsAreToldAtOnceWithoutThePassword() throws Exception {
        start(DevServer.builder());
        insert(0, 10);
        try (Child run = start(uri("root", "wr0ng-secret"), "")) {
            assertThat(run.exitCode(LIMIT)).as(run.output()).isEqualTo(1);
            assertThat(run.output())
                    .containsIgnoringCase("authenticat")
                    .doesNotContain("wr0ng-secret")
                    .doesNotContain("started again");
        }
        try (Child run = run("")) {
            untilEqual(run);
        }
    }

    @Test
    void aMissingPrivilegeIsNamed() throws Exception {
        start(DevServer.builder()
                .user(
                        "reader",
                        "right".toCharArray(),
                        List.of(new Privilege("shop", "orders", Set.of("find", "collStats")))));
        insert(0, 10);
        try (Child run = start(uri("reader", "right"), "")) {
            assertThat(run.exitCode(LIMIT)).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains("changeStream");
        }
        try (Child run = run("")) {
            untilEqual(run);
        }
    }

    @Test
    void aServerThatGoesAwayIsWaitedFor() throws Exception {
        try (Source source = Source.start(folder.resolve("server"))) {
            ExportDrill drill =
                    new ExportDrill(folder, 3, 300, source, Export.files(folder.resolve("export"), "ndjson"));
            Report report = drill.outages(5, List.of("KILL", "STOP"));
            assertThat(report).matches(Report::good, report.toString());
        }
    }

    @Test
    void aFullDiskIsToldAndTheRunGoesOnWhenThereIsRoom() throws Exception {
        assumeThat(mayMount()).as("unshare -rm and a tmpfs of its own").isTrue();
        start(DevServer.builder());
        insert(0, 20_000);
        Path job = job("startup: {mode: snapshot-only}");
        Files.createDirectories(folder.resolve("export"));
        String script =
                """
                mount -t tmpfs -o size=1m tmpfs export || exit 9
                "$0" run job.yaml & pid=$!
                until grep -q 'No space left' full-disk.out || ! kill -0 $pid; do sleep 0.2; done
                echo "--- room is made"
                mount -o remount,size=100m export
                wait $pid; code=$?
                cp -r export mended
                exit $code
                """;
        try (Child run = Child.start(
                "full-disk",
                folder,
                Map.of("MONGODB_URI", uri("root", "right"), "PENSTOCK_OPTS", "-XX:TieredStopAtLevel=1"),
                List.of(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        script,
                        Path.of("scripts", "penstock").toAbsolutePath().toString()))) {
            assertThat(job).exists();
            assertThat(run.exitCode(LIMIT)).as(run.output()).isZero();
            assertThat(run.output()).contains("No space left");
        }
        ExportView view = ExportView.of(folder.resolve("mended"));
        assertThat(view.differences(
                        orders().withDocumentClass(RawBsonDocument.class).find()))
                .isEmpty();
        assertThat(view.doubled()).isZero();
    }

    private static boolean mayMount() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt")
                .redirectErrorStream(true)
                .start();
        return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    }

    private void start(DevServerBuilder builder) {
        server = builder.user("root", "right".toCharArray()).start();
        client = MongoClients.create(uri("root", "right"));
    }

    private String uri(String user, String password) {
        return server.uri().replace("mongodb://", "mongodb://" + user + ":" + password + "@");
    }

    private MongoCollection<Document> orders() {
        return client.getDatabase("shop").getCollection("orders");
    }

    private void insert(int from, int to) {
        orders().insertMany(IntStream.range(from, to)
                .mapToObj(i -> new Document("_id", i).append("text", "text of document " + i))
                .toList());
    }

    private Path job(String more) throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: faults
                source:
                  uri: ${MONGODB_URI}
                  collections: [shop.orders]
                  %s
                sinks: [{type: files, path: export}]
                pipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: state}
                """
                        .formatted(more));
    }

    private Child run(String more, String... options) throws IOException {
        return start(uri("root", "right"), more, options);
    }

    private Child start(String uri, String more, String... options) throws IOException {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "run";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[arguments.length - 1] = job(more).toString();
        return Child.penstock("run", folder, Map.of("MONGODB_URI", uri), arguments);
    }

    private void untilEqual(Child run) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
            assertThat(run.isAlive()).as(run.output()).isTrue();
            ExportView view = ExportView.of(folder.resolve("export"));
            view.assertEquals(orders().withDocumentClass(RawBsonDocument.class).find());
            assertThat(view.doubled()).isZero();
        });
    }
}
