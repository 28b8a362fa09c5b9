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
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.SteppedClock;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.sink.files.Manifests;
import io.penstock.store.JobRecords;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock run} of a job of increments, as cron runs it, on a source whose time the test sets. */
class IncrementalRunITCase {
    private static final int WINDOW = 10;
    private static final int DOCUMENTS = 100;

    private final SteppedClock clock = ServerClock.steppedFrom(1_700_000_003);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private MongoCollection<Document> orders;

    @BeforeEach
    void load() {
        server = DevServer.builder().clock(clock).start();
        client = MongoClients.create(server.uri());
        orders = client.getDatabase("shop").getCollection("orders");
        for (int i = 0; i < DOCUMENTS; i++) {
            orders.insertOne(new Document("_id", i).append("total", 0));
        }
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void eachRunExportsUpToTheLastBoundAndTheNextGoesOnBehindIt() throws Exception {
        Path job = job();
        firstRun(job);
        JsonNode first = JsonMapper.builder().build().readTree(out.toString());
        assertThat(first.path("done").asBoolean()).isTrue();
        assertThat(first.path("documents").asInt()).isEqualTo(DOCUMENTS);
        assertThat(first.path("sealed").get(0).path("windows").asInt()).isOne();
        assertThat(err.toString()).contains("the first bound behind what the snapshot holds");
        long end = Instant.parse(first.path("until").asText()).getEpochSecond();
        assertThat(manifests()).extracting(Manifest::kind).containsExactly("baseline");

        // Nothing to do, and nothing is started for it.
        long token = JobRecords.in(state()).read().orElseThrow().value().token();
        assertThat(run(job, "--until", Instant.ofEpochSecond(end + WINDOW - 1).toString()))
                .isZero();
        assertThat(out.toString()).contains("nothing to do: everything before " + Instant.ofEpochSecond(end));
        assertThat(JobRecords.in(state()).read().orElseThrow().value().token()).isEqualTo(token);

        end = emptyRun(job);
        // Changes of three windows, of which the last is not over.
        for (int i = 0; i < 30; i++) {
            clock.set(end + i);
            orders.updateOne(new Document("_id", i), new Document("$inc", new Document("total", 1)));
        }
        clock.set(end + 2 * WINDOW + 5);
        assertThat(run(job)).as(output()).isZero();
        assertThat(out.toString())
                .contains("shop.orders: 2 windows sealed from " + Instant.ofEpochSecond(end))
                .contains("20 changes in them, 100 documents at the end");
        assertThat(export().changes(Op.UPDATE)).isEqualTo(20);
        assertThat(lastEnd()).isEqualTo(end + 2 * WINDOW);

        // The rest, up to a time that the user names; the window in which it lies is left out.
        clock.set(end + 10 * WINDOW);
        String until = Instant.ofEpochSecond(end + 3 * WINDOW + 4).toString();
        assertThat(run(job, "--until", until)).as(output()).isZero();
        assertThat(export().changes(Op.UPDATE)).isEqualTo(30);
        assertThat(lastEnd()).isEqualTo(end + 3 * WINDOW);
        assertThat(Comparison.of(
                        client.getDatabase("shop")
                                .getCollection("orders", org.bson.RawBsonDocument.class)
                                .find(),
                        export()))
                .matches(Comparison::equal);
        assertThat(command("windows", "verify-chain", folder.resolve("export").toString()))
                .as(output())
                .isZero();
    }

    @Test
    void aRunThatIsStoppedBeforeItsEndSealsNoPartOfAWindowAndTheNextGoesOn() throws Exception {
        Path job = job();
        firstRun(job);
        long end = emptyRun(job);
        clock.set(end + 7);
        orders.deleteOne(new Document("_id", 0));
        Path output = folder.resolve("output");
        try (ChildRun run = ChildRun.start(
                job,
                folder,
                Map.of("MONGODB_URI", server.uri()),
                output,
                "--until",
                Instant.ofEpochSecond(end + WINDOW).toString())) {
            // The delete is of a window that is not over, and is exported; it waits for the source's time.
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                run.requireAlive();
                return export().changes(Op.DELETE) == 1;
            });
            assertThat(run.stop(120)).isZero();
        }
        assertThat(Files.readString(output)).contains("stopped; the next run continues here");
        assertThat(lastEnd()).isEqualTo(end);
        clock.set(end + WINDOW);
        assertThat(run(job)).as(output()).isZero();
        assertThat(lastEnd()).isEqualTo(end + WINDOW);
        assertThat(export().changes(Op.DELETE)).isOne();
        assertThat(manifests().get(manifests().size() - 1).changes()).containsEntry("d", 1L);
    }

    @Test
    void historyThatIsLostBetweenTwoRunsIsSaidAndNothingIsExported() throws Exception {
        Path job = Files.writeString(
                job(), Files.readString(job()).replace("startup:", "on-history-lost: fail\n  startup:"));
        firstRun(job);
        long end = lastEnd();
        orders.deleteOne(new Document("_id", 0));
        server.loseHistory();
        clock.step(2 * WINDOW);
        assertThat(run(job)).isEqualTo(1);
        assertThat(err.toString()).contains("The source no longer has the history");
        assertThat(lastEnd()).isEqualTo(end);
    }

    @Test
    void behindLostHistoryARunReadsEverythingAnewAndEndsAtTheBoundBehindThat() throws Exception {
        Path job = job();
        firstRun(job);
        orders.deleteOne(new Document("_id", 0));
        server.loseHistory();
        clock.step(2 * WINDOW);
        long now = clock.millis() / 1000;
        whileTimeGoesOn(() -> assertThat(run(job)).as(output()).isZero());
        Manifest last = manifests().get(manifests().size() - 1);
        assertThat(last.kind()).isEqualTo("baseline");
        assertThat(last.generation()).isEqualTo(2);
        assertThat(last.documents()).isEqualTo(DOCUMENTS - 1);
        assertThat(lastEnd()).isGreaterThan(now);
    }

    @Test
    void whatIsForJobsOfIncrementsIsRefusedForOthersAndTheOtherWayRound() throws Exception {
        Path other = Files.writeString(
                folder.resolve("other.yaml"), Files.readString(job()).replace("incremental", "initial"));
        assertThat(run(other, "--until", "2026-11-23T00:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("source.startup.mode: incremental");
        assertThat(run(job(), "--until", "yesterday")).isEqualTo(2);
        assertThat(err.toString()).contains("--until is 'yesterday'");
    }

    /** The first run waits until the source has come to the bound behind its snapshot. */
    private void firstRun(Path job) {
        whileTimeGoesOn(() -> assertThat(run(job, "--json")).as(output()).isZero());
    }

    /** From here on the source's time is the test's again: exactly at the end of this run. */
    private long emptyRun(Path job) throws IOException {
        long bound = (clock.millis() / 1000 / WINDOW + 1) * WINDOW;
        clock.set(bound);
        assertThat(run(job)).as(output()).isZero();
        assertThat(lastEnd()).isEqualTo(bound);
        return bound;
    }

    private void whileTimeGoesOn(Runnable action) {
        ScheduledExecutorService time = Executors.newSingleThreadScheduledExecutor();
        time.scheduleAtFixedRate(() -> clock.step(1), 500, 200, TimeUnit.MILLISECONDS);
        try {
            action.run();
        } finally {
            time.shutdownNow();
        }
    }

    private Path job() throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: nightly
                source:
                  uri: %s
                  collections: [shop.orders]
                  startup: {mode: incremental}
                sinks: [{type: files, path: %s}]
                windows: {every: %d s}
                pipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: %s}
                """
                        .formatted(server.uri(), folder.resolve("export"), WINDOW, state()));
    }

    private String state() {
        return folder.resolve("state").toString();
    }

    private ExportedFiles export() {
        ExportedFiles export = new ExportedFiles(folder.resolve("export"));
        export.refresh();
        assertThat(export.duplicates()).isZero();
        return export;
    }

    private List<Manifest> manifests() throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (Manifests.Found found : Manifests.find(folder.resolve("export").toString())) {
            manifests.addAll(
                    Manifest.all(Files.readAllBytes(Path.of(found.path().getPath()))));
        }
        return manifests;
    }

    /** The end of the last window that was sealed, in seconds. */
    private long lastEnd() throws IOException {
        List<Manifest> manifests = manifests();
        return Instant.parse(manifests.get(manifests.size() - 1).until()).getEpochSecond();
    }

    private int run(Path job, String... options) {
        List<String> arguments = new ArrayList<>(List.of("run", job.toString()));
        arguments.addAll(List.of(options));
        return command(arguments.toArray(String[]::new));
    }

    private int command(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String output() {
        return out.toString() + err;
    }
}
