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
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Version;
import io.penstock.sink.ChangeDecoder;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.Messages;
import io.penstock.spec.JobSpec;
import io.penstock.store.Author;
import io.penstock.store.Checkpoints;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.JobRecords;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.messages.FlinkJobTerminatedWithoutCancellationException;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What consumers of files and of a topic see when a job goes back to a savepoint. */
class RollbackITCase {
    private static final int KEYS = 300;

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private record Once(Key key, Version version, int revision) {}

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private KafkaBroker broker;
    private JobRecords records;
    private JobSpec spec;

    @BeforeEach
    void start() throws IOException {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
        broker = KafkaBroker.start(folder.resolve("kafka"));
        records = JobRecords.in(folder.resolve("state").toString());
        String yaml =
                """
                name: rolled-back
                source: {uri: "%s", collections: [shop.orders]}
                sinks:
                  - {type: files, path: %s}
                  - {type: kafka, bootstrap-servers: "%s", topic: orders, format: bson, partitions: 2}
                pipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: %s}
                """
                        .formatted(
                                server.uri(),
                                folder.resolve("export"),
                                broker.bootstrapServers(),
                                folder.resolve("state"));
        spec = JobSpec.parse("job.yaml", yaml, Map.<String, String>of()::get);
    }

    @AfterEach
    void stop() {
        broker.close();
        client.close();
        server.close();
    }

    /**
     * Timeline: a life is stopped with savepoint S; the next exports more and is taken over; while nothing runs, more is written; rolled
     * back to S; a third life exports all that again, and what comes.
     */
    @Test
    void whatIsExportedAgainHasAHigherRevisionAndTheGreatestIsTheCurrentDocument() throws Exception {
        MixedWriter writer = new MixedWriter(client, "shop", "orders", 3);
        writer.fill(KEYS);
        JobClient first = begin(Optional.empty());
        write(writer, 200);
        awaitExported();
        String savepoint = first.stopWithSavepoint(false, savepoints(), SavepointFormatType.NATIVE)
                .get(4, TimeUnit.MINUTES);
        write(current().value().paused(Optional.of(savepoint), Author.thisProcess()));
        List<ChangeRecord> beforeS = files();

        JobClient second = begin(Optional.of(savepoint));
        write(writer, 300);
        awaitExported();
        write(current().value().takenOver(Author.thisProcess()));
        List<ChangeRecord> ofSecond = without(files(), beforeS);
        ended(second);

        write(writer, 100);
        long now = FixtureSource.time(client);
        write(current().value().rolledBack(now, savepoint, Author.thisProcess()));
        JobClient third = begin(Optional.of(savepoint));
        write(writer, 200);
        awaitExported();
        third.cancel().get(4, TimeUnit.MINUTES);

        assertThat(current().value().token())
                .as("first, second, take-over, third")
                .isEqualTo(4);
        for (List<ChangeRecord> seen : List.of(files(), topic())) {
            Set<Once> exported = seen.stream().map(RollbackITCase::once).collect(Collectors.toSet());
            assertThat(exported).as("none is there twice").hasSameSizeAs(seen);
            for (ChangeRecord change : ofSecond) {
                assertThat(change.revision()).isZero();
                assertThat(exported).contains(new Once(change.key(), change.version(), 1));
            }
            for (ChangeRecord change : without(without(seen, beforeS), ofSecond)) {
                boolean before = Long.compareUnsigned(change.version().clusterTime(), now) <= 0;
                assertThat(change.revision()).isEqualTo(before ? 1 : 0);
            }
            assertThat(seen.stream().filter(change -> change.revision() == 1))
                    .as("the second life's, and what was written while nothing ran")
                    .hasSizeGreaterThan(ofSecond.size());
            view(seen).assertEquals(orders().find());
        }
    }

    /** As the commands do it: the record first, then the job. */
    private JobClient begin(Optional<String> from) throws Exception {
        JobID id = JobID.generate();
        Start start = new Start(id.toHexString(), from, "", Optional.empty());
        JobRecord next = records.read()
                .map(read -> read.value().started(start, Author.thisProcess()))
                .orElseGet(() -> JobRecord.first("rolled-back", start, Author.thisProcess()));
        write(next);
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, id.toHexString());
        from.ifPresent(path -> configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        PenstockJob.build(env, spec, Life.of(spec, next));
        return env.executeAsync();
    }

    /** Cancelled, unless it had to commit something in between: then it has failed. */
    private static void ended(JobClient job) throws Exception {
        try {
            job.cancel().get(4, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            assertThat(e).hasRootCauseInstanceOf(FlinkJobTerminatedWithoutCancellationException.class);
        }
    }

    private Versioned<JobRecord> current() throws IOException {
        return records.read().orElseThrow();
    }

    private void write(JobRecord next) throws IOException {
        records.write(records.read(), next);
    }

    private String savepoints() throws IOException {
        return Checkpoints.in(folder.resolve("state").toString())
                .savepointsOf(current().value().flinkJob())
                .toString();
    }

    private static void write(MixedWriter writer, int changes) {
        for (int i = 0; i < changes; i++) {
            writer.write(KEYS);
        }
    }

    private MongoCollection<RawBsonDocument> orders() {
        return client.getDatabase("shop").getCollection("orders", RawBsonDocument.class);
    }

    private void awaitExported() {
        await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() -> {
            view(files()).assertEquals(orders().find());
            view(topic()).assertEquals(orders().find());
        });
    }

    private List<ChangeRecord> files() throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        ExportReader.read(folder.resolve("export").toString(), changes::add);
        return changes;
    }

    private List<ChangeRecord> topic() {
        return Messages.committed(broker, "orders").stream()
                .map(message -> ChangeDecoder.bson(message.value()))
                .toList();
    }

    private static ExportView view(List<ChangeRecord> changes) {
        ExportView view = new ExportView();
        changes.forEach(change -> view.add(change, 0, "", 0));
        return view;
    }

    private static List<ChangeRecord> without(List<ChangeRecord> changes, List<ChangeRecord> others) {
        Set<Once> known = new HashSet<>();
        others.forEach(change -> known.add(once(change)));
        return changes.stream().filter(change -> !known.contains(once(change))).toList();
    }

    private static Once once(ChangeRecord change) {
        return new Once(change.key(), change.version(), change.revision());
    }
}
