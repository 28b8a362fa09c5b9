/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.penstock.spec.JobSpec;
import io.penstock.store.LastKnown;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.window.Manifest;
import io.penstock.window.Root;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed, and whose state folder is removed: what its metadata store knows is gone on from. By key of {@code shop.orders}:
 *
 * <pre>
 *            while it ran          while it was down     after
 *   0-9      update                update                update
 *   10-19    delete                re-insert of 10       delete of 10
 *   20-29                          delete                re-insert of 20
 *   30-39                          update
 *   300-304                        insert                delete of 300
 *   the rest nothing ever
 * </pre>
 */
class ProgressITCase {
    @TempDir
    private Path folder;

    private DevServer server;
    private DevServer keeper;
    private MongoClient client;
    private MongoCollection<Document> orders;

    @BeforeEach
    void start() {
        server = DevServer.start();
        keeper = DevServer.start();
        client = MongoClients.create(server.uri());
        orders = client.getDatabase("shop").getCollection("orders");
        insert(0, 200);
    }

    @AfterEach
    void stop() {
        client.close();
        keeper.close();
        server.close();
    }

    @Test
    void aJobThatHasLostItsCheckpointsGoesOnFromWhatItsMetadataStoreKnows() throws Exception {
        loseTheStateOfAKilledRun();
        try (ChildRun run = runAfterAKill(job(""))) {
            orders.updateMany(Filters.lt("_id", 10), Updates.inc("n", 1));
            orders.deleteMany(Filters.in("_id", 10, 300));
            insert(20, 21);
            until(run, () -> assertThat(differences()).isEmpty());
            until(run, () -> assertThat(manifests(2)).hasSizeGreaterThan(2));
            assertThat(run.stop(120)).as(output()).isZero();
        }
        assertThat(output())
                .contains("no checkpoint of orders is left; its metadata store knows of checkpoint ")
                .contains("is read again from 20", "the end of the last window that is surely at all targets")
                .contains("as epoch 2", "revision 1 at most", "generation 2 begins", "(no checkpoint is left)");
        assertThat(ExportView.of(export()).doubled()).isZero();
        assertThat(changes().stream().filter(change -> change.op() == Op.READ && change.revision() == 1))
                .as("rows of the new pass repeat what the targets hold")
                .hasSizeGreaterThan(100)
                .allMatch(change -> change.epoch() == 2);
        assertThat(penstock(0, "windows", "verify-chain", export().toString())).contains("as it was sealed");
        assertBeginning(2);
        assertThat(manifests(2).get(0).gaps()).isEmpty();
        assertThat(penstock(0, "windows", "list", export().toString()))
                .containsPattern("checkpoints lost: changes not followed one by one from 20.*Z to 20.*Z");
        assertThat(penstock(0, "audit", "list", job("").toString()))
                .containsPattern("takeover +")
                .containsPattern(
                        "checkpoints-lost +[^\n]+\n +checkpoint \\d+, command run, epoch 2, flinkJob [0-9a-f]{32},"
                                + " generation 2, historyLost false, position [0-9A-F]{16}")
                .contains("revision 1", "streamFrom ");
        assertThat(penstock(0, "audit", "verify", job("").toString())).contains("as they were written");

        Files.delete(folder.resolve("output"));
        try (ChildRun run = run(job(""))) {
            orders.updateMany(Filters.lt("_id", 10), Updates.inc("n", 1));
            until(run, () -> assertThat(differences()).isEmpty());
            assertThat(run.stop(120)).as(output()).isZero();
        }
        assertThat(output()).contains("continuing from the savepoint").doesNotContain("no checkpoint");
        assertThat(penstock(0, "windows", "verify-chain", export().toString())).contains("as it was sealed");
    }

    @Test
    void whatTheSourceHasForgottenMeanwhileIsNamedAndItsDeletesAreNotKnown() throws Exception {
        loseTheStateOfAKilledRun();
        server.loseHistory();
        try (ChildRun run = runAfterAKill(job("on-history-lost: fail"))) {
            assertThat(run.stop(120)).isEqualTo(1);
            assertThat(output())
                    .contains("the checkpoints of orders are lost, and the source no longer has the history from 20");
        }
        try (ChildRun run = run(job(""))) {
            orders.updateMany(Filters.lt("_id", 10), Updates.inc("n", 1));
            orders.deleteOne(Filters.eq(10));
            insert(20, 21);
            until(run, () -> assertThat(differences())
                    .allMatch(difference -> difference.matches(".*\\b2[1-9]\\b.*"))
                    .hasSize(9));
            until(run, () -> assertThat(manifests(2)).hasSizeGreaterThan(2));
            assertThat(run.stop(120)).as(output()).isZero();
        }
        assertThat(output())
                .contains("goes on from now: the source no longer has the history from 20", "as epoch 3")
                .contains("unknown  what was deleted since 20", "targets keep it");
        assertThat(ExportView.of(export()).doubled()).isZero();
        assertThat(penstock(0, "windows", "verify-chain", export().toString())).contains("as it was sealed");
        assertBeginning(3);
        Manifest first = manifests(2).get(0);
        assertThat(first.gaps()).singleElement().satisfies(gap -> assertThat(gap.from())
                .isEqualTo(first.checkpointsLost().from()));
        assertThat(first.documents())
                .as("of the source, which is what was read")
                .isLessThan(200);
    }

    @Test
    void aJobOnAClusterIsResumedWithoutItsCheckpoints() throws Exception {
        String home = System.getProperty("penstock.home");
        Path jar = Files.createDirectories(folder.resolve("home/target")).resolve("penstock-job.jar");
        // The cluster has the job's classes.
        new JarOutputStream(Files.newOutputStream(jar), new java.util.jar.Manifest()).close();
        System.setProperty("penstock.home", folder.resolve("home").toString());
        try (TestCluster cluster = TestCluster.start(new Configuration(), 2)) {
            String rest = cluster.rest().toString();
            penstock(0, "submit", "--cluster", rest, job("").toString());
            until(() -> assertThat(differences()).isEmpty());
            until(() -> assertThat(known().sealed()).isPresent());
            orders.deleteMany(Filters.and(Filters.gte("_id", 10), Filters.lt("_id", 20)));
            until(() -> assertThat(differences()).isEmpty());
            penstock(0, "pause", job("").toString());
            FileUtils.deleteDirectory(folder.resolve("state").toFile());
            orders.deleteMany(Filters.and(Filters.gte("_id", 20), Filters.lt("_id", 30)));
            insert(10, 12);

            assertThat(penstock(0, "resume", job("").toString()))
                    .contains("no checkpoint of orders is left", "revision 1 at most")
                    .contains("orders continues from what its metadata store knows");
            until(() -> assertThat(differences()).isEmpty());
            until(() -> assertThat(manifests(2)).hasSizeGreaterThan(1));
            penstock(0, "pause", job("").toString());
            assertThat(penstock(0, "resume", job("").toString())).contains("orders continues from file:");
            penstock(0, "cancel", job("").toString());
        } finally {
            if (home == null) {
                System.clearProperty("penstock.home");
            } else {
                System.setProperty("penstock.home", home);
            }
        }
        assertThat(ExportView.of(export()).doubled()).isZero();
        assertThat(penstock(0, "windows", "verify-chain", export().toString())).contains("as it was sealed");
        assertThat(penstock(0, "audit", "list", job("").toString())).containsPattern("checkpoints-lost ");
    }

    private void loseTheStateOfAKilledRun() throws Exception {
        try (ChildRun run = run(job(""))) {
            until(run, () -> assertThat(differences()).isEmpty());
            until(run, () -> assertThat(manifests(1)).hasSizeGreaterThan(2));
            orders.updateMany(Filters.lt("_id", 10), Updates.inc("n", 1));
            orders.deleteMany(Filters.and(Filters.gte("_id", 10), Filters.lt("_id", 20)));
            until(run, () -> assertThat(differences()).isEmpty());
            until(run, () -> assertThat(known().sealed()).isPresent());
            run.kill();
        }
        assertThat(output())
                .as("a first start of mode progress")
                .contains("no progress in the metadata store: the job begins as with mode: initial", "(first start)");
        FileUtils.deleteDirectory(folder.resolve("state").toFile());
        orders.updateMany(Filters.lt("_id", 10), Updates.inc("n", 1));
        insert(10, 11);
        orders.deleteMany(Filters.and(Filters.gte("_id", 20), Filters.lt("_id", 30)));
        orders.updateMany(Filters.and(Filters.gte("_id", 30), Filters.lt("_id", 40)), Updates.inc("n", 1));
        insert(300, 305);
        Files.writeString(folder.resolve("output"), "");
    }

    private void assertBeginning(int epoch) throws IOException {
        List<Manifest> sealed = manifests(2);
        Manifest first = sealed.get(0);
        assertThat(first.kind()).isEqualTo("baseline");
        assertThat(first.epoch()).isEqualTo(epoch);
        assertThat(first.checkpointsLost().from())
                .isLessThanOrEqualTo(first.checkpointsLost().to());
        assertThat(sealed.subList(1, sealed.size())).allMatch(manifest -> manifest.checkpointsLost() == null);
        List<Manifests.Found> roots = Manifests.roots(export().toString());
        Manifests.Found found = roots.stream()
                .filter(root -> root.generation() == 2)
                .findFirst()
                .orElseThrow();
        byte[] json = Manifests.read(found).bytes();
        Root root = Root.read(json);
        assertThat(root.follows().generation()).isEqualTo(1);
        assertThat(root.previous()).isEqualTo(root.follows().hash());
        assertThat(new String(json, StandardCharsets.UTF_8))
                .contains("\"why\":\"checkpoints lost\"")
                .contains("\"from\":\""
                        + Long.toHexString(first.checkpointsLost().from()).toUpperCase(Locale.ROOT));
        assertThat(roots).allMatch(each -> each.generation() <= 2);
    }

    private void insert(int from, int to) {
        orders.insertMany(IntStream.range(from, to)
                .mapToObj(i -> new Document("_id", i).append("n", 0))
                .toList());
    }

    private List<String> differences() throws IOException {
        return ExportView.of(export())
                .differences(client.getDatabase("shop")
                        .getCollection("orders", RawBsonDocument.class)
                        .find());
    }

    private List<ChangeRecord> changes() throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : ExportReader.files(export().toString())) {
            ExportReader.read(file, changes::add);
        }
        return changes;
    }

    /** Of a generation, in order. */
    private List<Manifest> manifests(int generation) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (Manifests.Found found : Manifests.find(export().toString())) {
            if (found.generation() == generation) {
                manifests.addAll(Manifest.all(Manifests.read(found).bytes()));
            }
        }
        return manifests;
    }

    private Path export() {
        return folder.resolve("export");
    }

    private Path job(String more) throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: orders
                source:
                  uri: "%s"
                  collections: [shop.orders]
                  startup: {mode: progress}
                  snapshot: {max-documents-per-split: 40}
                  %s
                sinks: [{type: files, path: "%s"}]
                windows: {every: 1 s}
                metadata: {uri: "%s"}
                pipeline: {parallelism: 2, checkpoint-interval: 200 ms, state-dir: "%s"}
                """
                        .formatted(server.uri(), more, export(), keeper.uri(), folder.resolve("state")));
    }

    private ChildRun run(Path job) throws IOException {
        return ChildRun.start(job, folder, Map.of(), folder.resolve("output"));
    }

    /** A process that was killed in a transaction keeps others from the job's record, until the server ends it after a minute. */
    private ChildRun runAfterAKill(Path job) throws Exception {
        while (true) {
            Files.writeString(folder.resolve("output"), "");
            ChildRun run = run(job);
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> run.ended(50) || output().contains("web UI"));
            if (!output().contains("The metadata store does not answer (write the job's record)")) {
                return run;
            }
        }
    }

    private LastKnown known() throws IOException {
        JobSpec spec = JobSpec.parse("job.yaml", Files.readString(job("")), Map.<String, String>of()::get);
        try (MetadataStore store = MetadataStore.open(MetadataOptions.of(spec).orElseThrow())) {
            return store.lastKnown().orElseThrow();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private String penstock(int expected, String... arguments) {
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
        assertThat(code).as(out.toString()).isEqualTo(expected);
        return out.toString();
    }

    private void until(ChildRun run, ThrowingRunnable reached) {
        until(() -> {
            run.requireAlive();
            reached.run();
        });
    }

    private void until(ThrowingRunnable reached) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(250))
                .ignoreException(NoSuchFileException.class)
                .untilAsserted(reached);
    }
}
