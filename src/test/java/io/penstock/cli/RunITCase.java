/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.sink.files.Manifests;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecords;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock run} in a process of its own, ended in all the ways that a process ends. */
class RunITCase {
    private static final int DOCUMENTS = 3000;

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private MongoCollection<BsonDocument> collection;
    private List<BsonValue> ids;

    @BeforeEach
    void load() {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
        collection = client.getDatabase("shop").getCollection("orders", BsonDocument.class);
        ids = new ArrayList<>();
        List<BsonDocument> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            ids.add(new BsonInt32(i));
            documents.add(new BsonDocument("_id", ids.get(i)).append("population", new BsonInt32(i)));
        }
        collection.insertMany(documents);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void killedAtAnyMomentTheNextRunContinuesAndNothingIsLostOrDoubled() throws Exception {
        Path job = job("max-documents-per-second: 1000");
        Random random = new Random(4711);
        ExportedFiles export = export();
        try (DemoWriter writer = new DemoWriter(collection, ids, 4711)) {
            writer.start();
            for (int kill = 0; kill < 3; kill++) {
                long lines = export.changes();
                try (ChildRun run = start(job)) {
                    // Beyond the first files of this start, so that each kill has commits to endanger.
                    until(run, () -> export.refresh() >= 0 && export.changes() > lines);
                    assertThat(run.ended(random.nextInt(1500))).isFalse();
                    run.kill();
                }
            }
            writer.close();
            try (ChildRun run = start(job)) {
                until(
                        run,
                        () -> isAsItWasSealed("while it runs")
                                && export.refresh() >= 0
                                && export.documents() == collection.countDocuments()
                                && compared(export).losses() == 0
                                && Manifests.find(exportFolder()).size() > 3);
                assertThat(run.stop(120)).as(output()).isZero();
            }
        }
        ExportedFiles all = export();
        all.refresh();
        assertThat(compared(all)).matches(Comparison::equal);
        assertThat(output())
                .contains("first start", "continuing from checkpoint", "stopped; the next run continues here");
        assertThat(isAsItWasSealed("at the end")).isTrue();
    }

    /** Each file is in one manifest, and is as it was. */
    private boolean isAsItWasSealed(String when) {
        assertThat(verifyChain()).as(when).contains("\nas it was sealed");
        return true;
    }

    @Test
    void aRunThatWasStoppedContinuesFromItsSavepointAndIsNotToBeRunTwice() throws Exception {
        Path job = job("max-documents-per-second: 0");
        ExportedFiles export = export();
        try (ChildRun run = start(job)) {
            until(run, () -> export.refresh() >= 0 && export.documents() == DOCUMENTS);
            try (ChildRun second = start(job)) {
                assertThat(second.ended(240_000)).isTrue();
                assertThat(output()).contains("another run of this job is going on");
            }
            assertThat(run.stop(120)).as(output()).isZero();
        }
        collection.deleteOne(new BsonDocument("_id", ids.get(0)));
        collection.updateOne(new BsonDocument("_id", ids.get(1)), BsonDocument.parse("{$set: {late: true}}"));
        try (ChildRun run = start(job)) {
            until(run, () -> export.refresh() >= 0 && export.changes() == DOCUMENTS + 2);
            assertThat(run.stop(120)).as(output()).isZero();
        }
        assertThat(compared(export)).matches(Comparison::equal);
        assertThat(export.changes(Op.READ)).isEqualTo(DOCUMENTS);
        assertThat(output()).contains("continuing from the savepoint");
    }

    @Test
    void aRunThatIsTakenOverCommitsNothingMoreAndSaysWhoHasTheJob() throws Exception {
        Path job = job("max-documents-per-second: 0");
        ExportedFiles export = export();
        JobRecords records = JobRecords.in(folder.resolve("state").toString());
        try (ChildRun run = start(job)) {
            until(run, () -> export.refresh() >= 0 && export.documents() == DOCUMENTS);
            Versioned<JobRecord> running = records.read().orElseThrow();
            assertThat(running.value().desired()).isEqualTo(JobRecord.Desired.RUNNING);
            records.write(Optional.of(running), running.value().takenOver(new Author("ann", "2026-11-23T03:00:00Z")));
            collection.deleteOne(new BsonDocument("_id", ids.get(0)));

            assertThat(run.ended(240_000)).as(output()).isTrue();
            assertThat(output())
                    .contains("the job failed: This run of orders has token 1, and the job's record has token 2")
                    .contains("taken over by ann at 2026-11-23T03:00:00Z")
                    .contains("the job is continued elsewhere")
                    .doesNotContain("was started again");
            export.refresh();
            assertThat(export.changes()).isEqualTo(DOCUMENTS);
        }
        try (ChildRun run = start(job)) {
            until(run, () -> export.refresh() >= 0 && export.changes() == DOCUMENTS + 1);
            assertThat(records.read().orElseThrow().value().token()).isEqualTo(3);
            assertThat(run.stop(120)).as(output()).isZero();
        }
        assertThat(compared(export)).matches(Comparison::equal);
        JobRecord paused = records.read().orElseThrow().value();
        assertThat(paused.desired()).isEqualTo(JobRecord.Desired.PAUSED);
        assertThat(paused.savepoint().orElseThrow()).contains("/savepoints/" + paused.flinkJob() + "/");
    }

    private String exportFolder() {
        return folder.resolve("export").toString();
    }

    private String verifyChain() {
        StringWriter out = new StringWriter();
        Main.commandLine().setOut(new PrintWriter(out)).execute("windows", "verify-chain", exportFolder());
        return out.toString();
    }

    private ExportedFiles export() {
        return new ExportedFiles(folder.resolve("export"));
    }

    private Comparison compared(ExportedFiles export) {
        return Comparison.of(collection.withDocumentClass(RawBsonDocument.class).find(), export);
    }

    private Path job(String limit) throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: orders
                source:
                  uri: ${MONGODB_URI}
                  collections: [shop.orders]
                  snapshot: {split-size: 16 kb, %s}
                sinks: [{type: files, path: export, format: ndjson}]
                windows: {every: 1 s}
                pipeline: {parallelism: 2, checkpoint-interval: 200 ms, state-dir: state}
                """
                        .formatted(limit));
    }

    private ChildRun start(Path job) throws IOException {
        return ChildRun.start(job, folder, Map.of("MONGODB_URI", server.uri()), folder.resolve("output"));
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private void until(ChildRun run, Callable<Boolean> reached) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            run.requireAlive();
            return reached.call();
        });
    }
}
