/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.store.Author;
import io.penstock.store.Fence;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.JobRecords;
import io.penstock.store.LeaseLostException;
import io.penstock.store.MetadataStore;
import io.penstock.store.MovedRecordException;
import io.penstock.store.RecordChangedException;
import io.penstock.store.Versioned;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job's record in the metadata store, and its way there. */
class MongoRecordsITCase {
    private static final Author ANN = new Author("process 7 on quay", "2026-11-23T03:00:00Z");
    private static final Author BEN = new Author("process 8 on quay", "2026-11-23T04:00:00Z");

    private static DevServer server;

    @TempDir
    private Path folder;

    private MetadataStore store;
    private JobRecords records;

    @BeforeAll
    static void start() {
        server = DevServer.builder().start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        try (MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase(Stores.DATABASE).drop();
        }
        store = MetadataStore.open(Stores.options(server.uri(), state()));
        records = JobRecords.of(Stores.job(server.uri(), state()));
    }

    @AfterEach
    void close() {
        records.close();
        store.close();
    }

    private String state() {
        return folder.resolve("state").toString();
    }

    private static Start startOf(char life) {
        return new Start(
                String.valueOf(life).repeat(32),
                Optional.of("/state/chk-" + life),
                "name: a\n",
                Optional.of("http://flink:8081"));
    }

    private static JobRecord first() {
        return JobRecord.first(Stores.JOB, startOf('1'), ANN);
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        assertThat(records.read()).isEmpty();
        Versioned<JobRecord> running = records.write(Optional.empty(), first());
        assertThat(records.read()).contains(running);
        Versioned<JobRecord> paused =
                records.write(Optional.of(running), running.value().paused(Optional.of("/state/savepoint-1"), BEN));
        Versioned<JobRecord> back =
                records.write(Optional.of(paused), paused.value().rolledBack(-5L << 32 | 7, "/state/chk-0", BEN));
        assertThat(records.read()).contains(back);
        assertThat(back.version()).isEqualTo(3);
    }

    @Test
    void ofTwoWritersOfOneVersionOneIsRefusedAndToldWhoWasFaster() throws Exception {
        Versioned<JobRecord> running = records.write(Optional.empty(), first());
        assertThatThrownBy(() -> records.write(Optional.empty(), first())).isInstanceOf(RecordChangedException.class);
        records.write(Optional.of(running), running.value().takenOver(BEN));
        assertThatThrownBy(() ->
                        records.write(Optional.of(running), running.value().paused(Optional.empty(), ANN)))
                .isInstanceOf(RecordChangedException.class)
                .hasMessageContaining(BEN.by());
        assertThat(records.read().orElseThrow().value().token()).isEqualTo(2);
    }

    @Test
    void theCollectionsAreDescribedAndIndexed() throws Exception {
        records.write(Optional.empty(), first());
        try (MongoClient client = MongoClients.create(server.uri())) {
            var database = client.getDatabase(Stores.DATABASE);
            assertThat(database.listCollectionNames()).contains("jobs", "manifests", "roots", "receipts", "audit");
            assertThat(database.getCollection("manifests").listIndexes())
                    .extracting(index -> index.getString("name"))
                    .containsExactlyInAnyOrder("_id_", "chain", "hash", "expires");
            Document job = database.getCollection("jobs").find().first();
            assertThat(job.get("lease", Document.class)).containsEntry("token", 1L);
        }
    }

    @Test
    void aJobWithItsStateElsewhereIsNotTheSame() throws Exception {
        records.write(Optional.empty(), first());
        String other = folder.resolve("other").toString();
        try (JobRecords elsewhere = JobRecords.of(Stores.job(server.uri(), other))) {
            assertThatThrownBy(elsewhere::read)
                    .hasMessageContaining(state())
                    .hasMessageContaining(other)
                    .hasMessageContaining("another name");
        }
    }

    @Test
    void aLifeThatWasTakenOverMayNotCommit() throws Exception {
        Versioned<JobRecord> running = records.write(Optional.empty(), first());
        Fence fence = Fence.of(Stores.options(server.uri(), state()), 1);
        fence.requireHeld();
        records.write(Optional.of(running), running.value().takenOver(BEN));
        assertThatThrownBy(fence::requireHeld)
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining(BEN.by());
        fence.close();
    }

    /** A life that was begun without the store asks beside the checkpoints whether it may commit, and must go on doing so. */
    @Test
    void aRecordBesideTheCheckpointsMovesWhenTheNextLifeBegins() throws Exception {
        JobRecords beside = JobRecords.in(state());
        Versioned<JobRecord> running = beside.write(Optional.empty(), first());
        Fence old = Fence.of(state(), 1);

        assertThat(records.read()).contains(running);
        Versioned<JobRecord> paused =
                records.write(Optional.of(running), running.value().paused(Optional.empty(), ANN));
        old.requireHeld();
        assertThat(beside.read()).contains(paused);
        assertThat(store.records().read()).isEmpty();

        Versioned<JobRecord> next =
                records.write(Optional.of(paused), paused.value().started(startOf('2'), BEN));
        assertThat(next.version()).isEqualTo(3);
        assertThat(store.records().read()).contains(next);
        assertThat(records.read()).contains(next);
        assertThatThrownBy(old::requireHeld).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(beside::read)
                .isInstanceOf(MovedRecordException.class)
                .hasMessageContaining("Put the section 'metadata' back");
    }

    @Test
    void aStoreThatLostTheRecordIsNotFilledWithAnOldOne() throws Exception {
        JobRecords beside = JobRecords.in(state());
        Versioned<JobRecord> running = beside.write(Optional.empty(), first());
        records.write(Optional.of(running), running.value().takenOver(BEN));
        try (MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase(Stores.DATABASE).drop();
        }
        assertThatThrownBy(records::read).hasMessageContaining("another store, or has lost what it held");
        assertThatThrownBy(() -> records.write(Optional.empty(), first()))
                .hasMessageContaining("another store, or has lost what it held");
    }

    /** Both see the record beside the checkpoints. */
    @Test
    void ofTwoThatMoveARecordOneWins() throws Exception {
        Versioned<JobRecord> running = JobRecords.in(state()).write(Optional.empty(), first());
        try (JobRecords others = JobRecords.of(Stores.job(server.uri(), state()))) {
            JobRecord mine = running.value().takenOver(ANN);
            JobRecord theirs = running.value().takenOver(BEN);
            List<Boolean> written = List.of(1, 2).parallelStream()
                    .map(who -> {
                        try {
                            return who == 1 ? records.compareAndSet(1, mine) : others.compareAndSet(1, theirs);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
            assertThat(written).containsExactlyInAnyOrder(true, false);
            assertThat(records.read().orElseThrow().version()).isEqualTo(2);
        }
    }
}
