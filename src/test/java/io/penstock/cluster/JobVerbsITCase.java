/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.cluster.Resumption.Prepared;
import io.penstock.devserver.DevServer;
import io.penstock.job.ExportView;
import io.penstock.job.Life;
import io.penstock.job.PenstockJob;
import io.penstock.job.TestCluster;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.JobSpec;
import io.penstock.store.AuditChain;
import io.penstock.store.AuditedRecords;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecords;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.StateDir;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to a job, through a cluster's REST API, with the export compared to the source after it. */
class JobVerbsITCase {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int DOCUMENTS = 300;

    @TempDir
    private Path folder;

    private int rowsPerSecond; // 0 is no limit
    private boolean keepsMetadata;
    private JobRecords records;
    private DevServer server;
    private MongoClient client;
    private TestCluster flink;
    private FlinkCluster cluster;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.builder().dataDirectory(folder.resolve("server")).start();
        client = MongoClients.create(server.uri());
        orders().insertMany(IntStream.range(0, DOCUMENTS)
                .mapToObj(JobVerbsITCase::document)
                .toList());
        flink = flink();
        cluster = FlinkCluster.at(flink.rest());
    }

    @AfterEach
    void stop() throws Exception {
        if (records != null) {
            records.close();
        }
        cluster.close();
        flink.close();
        client.close();
        server.close();
    }

    @Test
    void theWholeLifeOfAJobLosesAndDoublesNothingAndIsInTheAuditLog() throws Exception {
        keepsMetadata = true;
        JobRecord first = new Submission(job(2)).begin(Optional.empty(), false);
        assertThat(job(2).awaitRunning(first, LONG)).isPresent();
        assertThatThrownBy(() -> new Submission(job(2)).begin(Optional.empty(), false))
                .hasMessageContaining("is running")
                .hasMessageContaining("penstock status");
        untilExported();
        String savepoint = new Savepoint(job(2)).take(LONG);

        write(0);
        untilExported();
        Pause.Result paused = pause();
        assertThat(paused.ending().how()).isEqualTo(Ending.How.STOPPED);
        assertThat(paused.record().savepoint()).isPresent();
        assertThat(pause().done()).as("paused already").isFalse();
        write(1);

        JobRecord second = resume(1);
        assertThat(second.startedFrom()).isEqualTo(paused.record().savepoint());
        assertThat(new Resumption(job(1)).prepare().alive()).as("runs already").isTrue();
        new Rescale(job(4)).to(4, false, LONG);
        new Rescale(job(1)).to(1, false, LONG);
        // The slots that it no longer uses are still its own.
        Rescale.Result rescaled = new Rescale(job(2)).to(2, false, LONG);
        assertThat(rescaled.way()).isEqualTo(Rescale.Way.IN_PLACE);
        assertThat(rescaled.took()).isPresent();
        assertThatThrownBy(() -> new Rescale(job(9)).to(9, false, LONG)).hasMessageContaining("room for 4");
        write(2);
        untilExported();

        assertThat(new Cancellation(job(2)).now().newest()).isPresent();
        assertThat(job(2).record().desired()).isEqualTo(Desired.CANCELLED);
        write(3);
        resume(2);
        untilExported();
        ExportView before = ExportView.of(export());
        assertThat(before.doubled()).isZero();
        int changes = before.changes();

        Rollback rollback = new Rollback(job(2), this::sourceTime);
        Prepared back = rollback.prepare(rollback.target(savepoint));
        JobRecord third = new Resumption(job(2)).begin(back, false);
        assertThat(third.rollbacks()).hasSize(1);
        assertThat(third.startedFrom()).contains(savepoint);
        await().atMost(LONG).until(() -> ExportView.of(export()).changes() > changes);
        untilExported();
        assertThat(ExportView.of(export()).doubled())
                .as("the same version and revision")
                .isZero();

        new Cancellation(job(2)).now();
        Resumption again = new Resumption(job(2));
        again.begin(again.prepare(), false);
        assertThat(new Cancellation(job(2)).now().newest())
                .as("ended before its first checkpoint, most likely: it continues where it began")
                .isPresent();
        assertThat(audited())
                .containsExactly(
                        "start",
                        "savepoint",
                        "pause",
                        "configure",
                        "resume",
                        "rescale",
                        "rescale",
                        "rescale",
                        "cancel",
                        "configure",
                        "resume",
                        "takeover",
                        "rollback",
                        "resume",
                        "cancel",
                        "resume",
                        "cancel");
    }

    /** The actions, of a log without a gap. */
    private List<String> audited() throws IOException {
        MetadataOptions options = MetadataOptions.of(spec(2)).orElseThrow();
        try (MetadataStore store = MetadataStore.open(options)) {
            AuditChain chain = new AuditChain("orders");
            List<String> actions = new ArrayList<>();
            store.audit().read(entry -> {
                chain.add(entry);
                actions.add(entry.event().action());
            });
            chain.compareWithRecord(store.records().read().orElseThrow().version());
            assertThat(chain.problems()).isEmpty();
            return actions;
        }
    }

    @Test
    void aJobInARestartLoopIsPausedWithoutASavepointAndContinues() throws Exception {
        JobRecord first = new Submission(job(2)).begin(Optional.empty(), false);
        untilExported();
        int port = server.port();
        server.close();
        Pause.Result paused = new Pause(job(2)).within(Duration.ofSeconds(2));
        assertThat(paused.done()).isTrue();
        assertThat(paused.record().flinkJob()).isEqualTo(first.flinkJob());
        assertThat(paused.record().savepoint()).isPresent();

        server = DevServer.builder()
                .port(port)
                .dataDirectory(folder.resolve("server"))
                .start();
        write(0);
        resume(2);
        untilExported();
        assertThat(ExportView.of(export()).doubled()).isZero();
    }

    @Test
    void aPauseDuringTheSnapshotAndInTheMomentOfACommitLosesAndDoublesNothing() throws Exception {
        rowsPerSecond = 100;
        new Submission(job(2)).begin(Optional.empty(), false);
        await().atMost(LONG).until(() -> completed() > 0);
        assertThat(pause().ending().how()).isEqualTo(Ending.How.STOPPED);
        assertThat(ExportView.of(export()).changes()).as("in mid-snapshot").isLessThan(DOCUMENTS);

        rowsPerSecond = 0;
        for (int round = 0; round < 3; round++) {
            resume(2);
            write(round);
            long before = completed();
            // Its metadata is there, and the sinks begin to commit.
            await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> completed() > before);
            assertThat(pause().ending().how()).isEqualTo(Ending.How.STOPPED);
        }
        resume(2);
        untilExported();
        assertThat(ExportView.of(export()).doubled()).isZero();
    }

    @Test
    void whereTheSchedulerCannotRescaleInPlaceItIsDoneBySavepoint() throws Exception {
        cluster.close();
        flink.close();
        flink = flink(JobManagerOptions.SchedulerType.Default);
        cluster = FlinkCluster.at(flink.rest());
        JobRecord first = new Submission(job(2)).begin(Optional.empty(), false);
        assertThat(job(2).awaitRunning(first, LONG)).isPresent();
        write(0);
        Rescale.Result rescaled = new Rescale(job(3)).to(3, false, LONG);
        assertThat(rescaled.way()).isEqualTo(Rescale.Way.BY_SAVEPOINT);
        assertThat(rescaled.took()).isPresent();
        assertThat(rescaled.record().startedFrom()).isPresent();
        write(1);
        untilExported();
        assertThat(ExportView.of(export()).doubled()).isZero();
    }

    @Test
    void ofTwoWhoPauseAtOnceOneDoesAndBothAreToldThatItIsPaused() throws Exception {
        new Submission(job(2)).begin(Optional.empty(), false);
        int done = 0;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (Future<Pause.Result> one : pool.invokeAll(List.<Callable<Pause.Result>>of(this::pause, this::pause))) {
                done += one.get().done() ? 1 : 0;
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(done).isEqualTo(1);
        assertThat(job(2).record().desired()).isEqualTo(Desired.PAUSED);
    }

    @Test
    void aJobWhoseClusterIsLostContinuesOnAnotherUnderANewToken() throws Exception {
        JobRecord first = new Submission(job(2)).begin(Optional.empty(), false);
        untilExported();
        write(0);
        cluster.close();
        flink.close();
        flink = flink();
        cluster = FlinkCluster.at(flink.rest());

        Prepared prepared = new Resumption(job(2)).prepare();
        assertThat(prepared.lost()).contains("the cluster does not know its last life");
        JobRecord second = new Resumption(job(2)).begin(prepared, false);
        assertThat(second.token()).isGreaterThan(first.token());
        untilExported();
        assertThat(ExportView.of(export()).doubled()).isZero();
    }

    private Pause.Result pause() throws Exception {
        return new Pause(job(2)).within(LONG);
    }

    /** The greatest number of a checkpoint that any life has completed; 0 when there is none. */
    private long completed() throws IOException {
        try (Stream<Path> found = Files.find(
                Files.createDirectories(folder.resolve("state/checkpoints")),
                3,
                (path, attributes) -> path.endsWith("_metadata"))) {
            return found.map(path -> path.getParent().getFileName().toString().substring("chk-".length()))
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElse(0);
        } catch (UncheckedIOException removedMeanwhile) {
            return 0;
        }
    }

    private JobRecord resume(int parallelism) throws Exception {
        Resumption resumption = new Resumption(job(parallelism));
        JobRecord record = resumption.begin(resumption.prepare(), false);
        assertThat(job(parallelism).awaitRunning(record, LONG)).isPresent();
        return record;
    }

    private void untilExported() {
        await().atMost(LONG).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> ExportView.of(export())
                .assertEquals(orders().find()));
    }

    /** A round of changes: one of each kind. */
    private void write(int round) {
        MongoCollection<RawBsonDocument> orders = orders();
        orders.insertOne(document(DOCUMENTS + round));
        orders.updateOne(
                new BsonDocument("_id", new BsonInt32(10)), BsonDocument.parse("{$set: {round: " + round + "}}"));
        orders.deleteOne(new BsonDocument("_id", new BsonInt32(20 + round)));
    }

    private static RawBsonDocument document(int id) {
        return RawBsonDocument.parse("{_id: " + id + ", total: " + id * 10 + "}");
    }

    private MongoCollection<RawBsonDocument> orders() {
        return client.getDatabase("shop").getCollection("orders", RawBsonDocument.class);
    }

    private Path export() {
        return folder.resolve("export");
    }

    private static TestCluster flink() throws Exception {
        return flink(JobManagerOptions.SchedulerType.Adaptive);
    }

    private static TestCluster flink(JobManagerOptions.SchedulerType scheduler) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(JobManagerOptions.SCHEDULER, scheduler);
        configuration.set(JobManagerOptions.SCHEDULER_SCALING_INTERVAL_MIN, Duration.ofMillis(100));
        configuration.set(WebOptions.REFRESH_INTERVAL, Duration.ofMillis(100));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        return TestCluster.start(configuration, 4);
    }

    private long sourceTime() {
        try (SourceServer source = new DriverServerFactory(spec(2).source()).open()) {
            return source.operationTime();
        }
    }

    private String text(int parallelism) {
        return """
                name: orders
                source: {uri: "%s", collections: [shop.orders], snapshot: {max-documents-per-second: %d}}
                sinks: [{type: files, path: "%s"}]
                pipeline:
                  state-dir: "%s"
                  checkpoint-interval: 300 ms
                  parallelism: %d
                %s
                """
                .formatted(
                        server.uri(),
                        rowsPerSecond,
                        export(),
                        folder.resolve("state"),
                        parallelism,
                        keepsMetadata ? "metadata: {uri: \"" + server.uri() + "\"}" : "");
    }

    private JobSpec spec(int parallelism) {
        return JobSpec.parseWithoutSecrets("orders.yaml", text(parallelism), Map.<String, String>of()::get);
    }

    /** The job as a command sees it that was just typed; the cluster has the job's classes on its own class path. */
    private OperatedJob job(int parallelism) throws Exception {
        JobSpec spec = spec(parallelism);
        String stateDir = StateDir.of(spec.pipeline().stateDir()).toString();
        if (records == null) {
            records = AuditedRecords.of(spec, (before, after) -> Map.of("changed", "a key"), Map.of(), problem -> {
                throw new IllegalStateException(problem);
            });
        }
        JobPlan plan = new JobPlan(spec.name(), text(parallelism), parallelism, stateDir, records, (id, record) -> {
            StreamExecutionEnvironment env = new StreamExecutionEnvironment(new Configuration());
            PenstockJob.build(env, spec, Life.of(spec, record));
            return env.getStreamGraph().getJobGraph(JobVerbsITCase.class.getClassLoader(), id);
        });
        return new OperatedJob(plan, cluster, Optional.empty());
    }
}
