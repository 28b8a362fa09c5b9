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
import io.penstock.record.Namespace;
import io.penstock.store.Attempt;
import io.penstock.store.Author;
import io.penstock.store.DoubleSealException;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.LastKnown;
import io.penstock.store.LeaseLostException;
import io.penstock.store.Leases;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataStore;
import io.penstock.store.SourceProgress;
import io.penstock.store.SplitProgress;
import io.penstock.store.StoreAwayException;
import io.penstock.store.SupersededException;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may write into the store, and what of it. */
class MongoLeasesITCase {
    private static final Author ANN = new Author("process 7 on quay", "2026-11-23T03:00:00Z");
    private static final Namespace NS = Namespace.parse("geo.cities");

    private static DevServer server;
    private static MongoClient client;

    private MetadataStore store;
    private Leases leases;
    private Versioned<JobRecord> record;

    @BeforeAll
    static void start() {
        server = DevServer.builder().start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client.getDatabase(Stores.DATABASE).drop();
        store = MetadataStore.open(Stores.options(server.uri(), "/state"));
        leases = store.leases();
        record = store.records()
                .write(
                        Optional.empty(),
                        JobRecord.first(
                                Stores.JOB,
                                new Start("1".repeat(32), Optional.empty(), "name: a\n", Optional.empty()),
                                ANN));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static SealedManifest manifest(long window, String hash) {
        return new SealedManifest(
                1,
                NS,
                window,
                "{\"contentHash\":\"c%d\",\"manifestHash\":\"%s\",\"previous\":null}"
                        .formatted(window, hash)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private List<Long> windows() throws Exception {
        return store.manifests().of(1, NS.toString()).stream()
                .map(SealedManifest::window)
                .toList();
    }

    private static SealedManifest ofEpoch(int generation, long window, int epoch) {
        String json = "{\"contentHash\":\"c\",\"manifestHash\":\"%d\",\"previous\":null,\"run\":{\"epoch\":%d}}"
                .formatted(window, epoch);
        return new SealedManifest(generation, NS, window, json.getBytes(StandardCharsets.UTF_8));
    }

    private void report(long token, long checkpoint, long position) throws Exception {
        SplitProgress stream = new SplitProgress("stream", null, 0, null, position, 0, 0, 0, 0, null, false);
        SplitProgress range = new SplitProgress("snapshot-1", NS.toString(), 2, null, 9, 1, 30, 1, 0, null, true);
        leases.report(token, checkpoint, new SourceProgress(List.of(stream, range), 0, 0, OptionalLong.empty()));
    }

    private String sealed() throws Exception {
        return new String(store.lastKnown().orElseThrow().sealed().orElseThrow(), StandardCharsets.UTF_8);
    }

    /** Where the stream was is in the last report; of manifests those count whose checkpoint is followed by another one. */
    @Test
    void howFarAJobCameIsKnownWithoutItsCheckpoints() throws Exception {
        assertThat(store.lastKnown()).isEmpty();
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 1, List.of(ofEpoch(1, 5, 7)));
        report(1, 1, 50);
        LastKnown first = store.lastKnown().orElseThrow();
        assertThat(first.sealed())
                .as("what checkpoint 1 covers may not be committed")
                .isEmpty();
        leases.commit(attempt, 2, List.of(ofEpoch(1, 6, 7)));
        leases.commit(attempt, 3, List.of(ofEpoch(2, 6, 8)));
        leases.commit(attempt, 4, List.of(ofEpoch(2, 7, 8)));
        leases.commit(attempt, 5, List.of(ofEpoch(2, 8, 8)));
        report(1, 5, 60);
        LastKnown known = store.lastKnown().orElseThrow();
        assertThat(known.token()).isEqualTo(1);
        assertThat(known.checkpoint()).isEqualTo(5);
        assertThat(known.position()).isEqualTo(60);
        assertThat(known.epoch()).isEqualTo(8);
        assertThat(known.generation()).isEqualTo(2);
        assertThat(new String(known.sealed().orElseThrow(), StandardCharsets.UTF_8))
                .contains("\"manifestHash\":\"7\"");

        record = store.records().write(Optional.of(record), record.value().takenOver(ANN));
        report(2, 1, 61);
        assertThat(sealed()).as("whether it was restored is not known").contains("\"manifestHash\":\"7\"");
        leases.commit(leases.begin(2), 2, List.of(ofEpoch(3, 9, 9)));
        report(2, 2, 70);
        assertThat(sealed())
                .as("of the generation before, where the last has nothing yet")
                .contains("\"manifestHash\":\"7\"");
        assertThat(client.getDatabase(Stores.DATABASE).getCollection("progress").find())
                .as("where the stream was is kept for ever")
                .filteredOn(document -> !document.containsKey("expires"))
                .extracting(document -> document.get("split"))
                .containsExactly("stream");
    }

    @Test
    void whatIsCommittedIsThereOnceAndAsItWasSealed() throws Exception {
        Attempt attempt = leases.begin(1);
        List<MetadataEntry> entries = List.of(manifest(7, "a"), manifest(8, "b"));
        leases.commit(attempt, 1, entries);
        leases.commit(attempt, 1, entries);
        leases.commit(attempt, 2, List.of(manifest(8, "b"), manifest(9, "c")));
        assertThat(windows()).containsExactly(7L, 8L, 9L);
        assertThat(store.manifests().of(1, NS.toString()).get(0))
                .usingRecursiveComparison()
                .isEqualTo(manifest(7, "a"));
        assertThat(store.manifests().greatestGeneration()).isEqualTo(1);
    }

    @Test
    void anotherManifestOfTheSameWindowIsRefusedWithAllThatCameWithIt() throws Exception {
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 1, List.of(manifest(7, "a")));
        assertThatThrownBy(() -> leases.commit(attempt, 2, List.of(manifest(8, "b"), manifest(7, "other"))))
                .isInstanceOf(DoubleSealException.class)
                .hasMessageContaining("window 7 of geo.cities in generation 1 was sealed twice");
        assertThat(windows()).containsExactly(7L);
    }

    private static SealedRoot root(long window, long last, String hash) {
        String stretch =
                last == window ? "" : ",\"stretch\":{\"last\":%d,\"rootHash\":\"%s-%d\"}".formatted(last, hash, last);
        return new SealedRoot(
                1,
                window,
                last,
                "{\"previous\":null,\"rootHash\":\"%s\"%s}"
                        .formatted(hash, stretch)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static SinkReceipt receipt(long window, String sink, int rows) {
        return new SinkReceipt(
                1,
                NS,
                window,
                sink,
                "{\"manifestHash\":\"m%d\",\"receiptHash\":\"r%d\",\"rows\":%d}"
                        .formatted(window, rows, rows)
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rootsAndReceiptsAreWrittenOnceToo() throws Exception {
        Attempt attempt = leases.begin(1);
        assertThat(store.manifests().lastRoot()).isEmpty();
        List<MetadataEntry> entries =
                List.of(manifest(7, "a"), root(7, 7, "r"), receipt(7, "kafka", 3), receipt(7, "other", 3));
        leases.commit(attempt, 1, entries);
        leases.commit(attempt, 1, entries);
        leases.commit(attempt, 2, List.of(receipt(7, "other", 3), root(8, 8, "s")));
        assertThat(Stores.manifests(store))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(manifest(7, "a"));
        assertThat(Stores.roots(store))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(root(7, 7, "r"), root(8, 8, "s"));
        assertThat(store.manifests().lastRoot())
                .get()
                .usingRecursiveComparison()
                .isEqualTo(root(8, 8, "s"));
        assertThat(Stores.receipts(store))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(receipt(7, "kafka", 3), receipt(7, "other", 3));
    }

    @Test
    void aRootThatHasGrownTakesThePlaceOfTheShorterOneAndNotTheOtherWayRound() throws Exception {
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 1, List.of(root(7, 9, "r"), root(7, 12, "r"), root(7, 10, "r")));
        leases.commit(attempt, 2, List.of(root(7, 11, "r")));
        assertThat(Stores.roots(store)).extracting(SealedRoot::last).containsExactly(12L);
        leases.commit(attempt, 3, List.of(root(7, 20, "r")));
        assertThat(Stores.roots(store))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(root(7, 20, "r"));
        Document stored = client.getDatabase(Stores.DATABASE)
                .getCollection("roots")
                .find()
                .first();
        assertThat(stored).containsEntry("rootHash", "r").containsEntry("lastRootHash", "r-20");
    }

    @Test
    void anotherRootOrReceiptIsRefusedWithAllThatCameWithIt() throws Exception {
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 1, List.of(root(7, 9, "r"), receipt(7, "kafka", 3)));
        assertThatThrownBy(() -> leases.commit(attempt, 2, List.of(manifest(8, "b"), root(7, 12, "other"))))
                .isInstanceOf(DoubleSealException.class)
                .hasMessageContaining("the root of window 7 in generation 1 was sealed twice");
        SealedRoot sameLength = new SealedRoot(
                1,
                7,
                9,
                "{\"rootHash\":\"r\",\"stretch\":{\"last\":9,\"rootHash\":\"x\"}}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> leases.commit(attempt, 2, List.of(sameLength)))
                .isInstanceOf(DoubleSealException.class);
        assertThatThrownBy(() -> leases.commit(attempt, 2, List.of(manifest(8, "b"), receipt(7, "kafka", 4))))
                .isInstanceOf(DoubleSealException.class)
                .hasMessageContaining("the receipt of sink kafka for window 7 of geo.cities in generation 1");
        assertThat(windows()).isEmpty();
        assertThat(Stores.roots(store)).hasSize(1);
    }

    @Test
    void whatARollbackSupersedesIsFoundByChain() throws Exception {
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 1, List.of(manifest(7, "a"), manifest(8, "b"), manifest(9, "c")));
        assertThat(store.manifests().behind(7)).containsExactly(new Manifests.Range(1, NS, 8, 9));
        assertThat(store.manifests().behind(9)).isEmpty();
    }

    @Test
    void aLesserAttemptOfTheSameLifeChangesNothing() throws Exception {
        Attempt frozen = leases.begin(1);
        Attempt next = leases.begin(1);
        assertThat(next).isGreaterThan(frozen);
        assertThatThrownBy(() -> leases.commit(frozen, 1, List.of(manifest(7, "a"))))
                .isInstanceOf(SupersededException.class);
        assertThatThrownBy(() -> leases.renew(frozen)).isInstanceOf(SupersededException.class);
        assertThat(windows()).isEmpty();
        leases.commit(next, 1, List.of(manifest(7, "a")));
    }

    @Test
    void aLifeThatWasTakenOverChangesNothing() throws Exception {
        Attempt old = leases.begin(1);
        store.records().write(Optional.of(record), record.value().takenOver(ANN));
        assertThatThrownBy(() -> leases.commit(old, 1, List.of(manifest(7, "a"))))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> leases.renew(old)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> leases.begin(1)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> leases.requireHeld(1)).isInstanceOf(LeaseLostException.class);
        assertThat(windows()).isEmpty();
        assertThat(leases.begin(2)).isGreaterThan(old);
    }

    @Test
    void whoMeetsWhatTheNextSealedIsToldThatItIsNoLongerItsTurn() throws Exception {
        Attempt old = leases.begin(1);
        Attempt next = leases.begin(1);
        leases.commit(next, 1, List.of(manifest(7, "next")));
        assertThatThrownBy(() -> leases.commit(old, 1, List.of(manifest(7, "old"))))
                .isInstanceOf(SupersededException.class);
        store.records().write(Optional.of(record), record.value().takenOver(ANN));
        assertThatThrownBy(() -> leases.commit(next, 2, List.of(manifest(7, "other"))))
                .isInstanceOf(LeaseLostException.class);
        assertThat(windows()).containsExactly(7L);
    }

    @Test
    void anEarlierCheckpointIsNotWrittenAfterALaterOne() throws Exception {
        Attempt attempt = leases.begin(1);
        leases.commit(attempt, 5, List.of(manifest(7, "a")));
        assertThatThrownBy(() -> leases.commit(attempt, 4, List.of(manifest(6, "z"))))
                .hasMessageContaining("after a later one");
        Versioned<JobRecord> taken =
                store.records().write(Optional.of(record), record.value().takenOver(ANN));
        Attempt next = leases.begin(taken.value().token());
        leases.commit(next, 1, List.of(manifest(8, "b")));
        assertThat(windows()).containsExactly(7L, 8L);
    }

    @Test
    void theHolderIsFreshWhileItIsHeardOf() throws Exception {
        leases.begin(1);
        assertThat(leases.read().orElseThrow().isFresh()).isTrue();
        client.getDatabase(Stores.DATABASE)
                .getCollection("jobs")
                .updateOne(
                        new Document("_id", Stores.JOB),
                        new Document("$set", new Document("lease.renewed", new java.util.Date(0))));
        assertThat(leases.read().orElseThrow().isFresh()).isFalse();
        leases.renew(leases.read().orElseThrow().attempt());
        assertThat(leases.read().orElseThrow().isFresh()).isTrue();
    }

    private static void fail(String command, int times, String how) {
        client.getDatabase("admin")
                .runCommand(Document.parse(
                        "{configureFailPoint: 'failCommand', mode: {times: %d}, data: {failCommands: ['%s'], %s}}"
                                .formatted(times, command, how)));
    }

    @Test
    void aTransactionThatMetAnotherIsMadeAgainAtOnce() throws Exception {
        Attempt attempt = leases.begin(1);
        fail("update", 3, "errorCode: 112, errorLabels: ['TransientTransactionError']");
        leases.commit(attempt, 1, List.of(manifest(7, "a")));
        assertThat(leases.repeated()).isEqualTo(3);
        fail("commitTransaction", 1, "errorCode: 251, errorLabels: ['TransientTransactionError']");
        leases.commit(attempt, 2, List.of(manifest(8, "b")));
        assertThat(leases.repeated()).isEqualTo(4);
        assertThat(windows()).containsExactly(7L, 8L);
    }

    /** As JobManager and TaskManager write at each checkpoint. */
    @Test
    void whoReportsAndWhoCommitsAtTheSameTimeDoNotFail() throws Exception {
        Attempt attempt = leases.begin(1);
        int checkpoints = 100;
        try (MetadataStore other = MetadataStore.open(Stores.options(server.uri(), "/state"))) {
            CompletableFuture<Void> reports = CompletableFuture.runAsync(() -> {
                for (int i = 1; i <= checkpoints; i++) {
                    try {
                        other.leases().report(1, i, new SourceProgress(List.of(), 0, 0, OptionalLong.empty()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            for (int i = 1; i <= checkpoints; i++) {
                leases.commit(attempt, i, List.of(manifest(i, "m" + i)));
            }
            reports.get(2, TimeUnit.MINUTES);
            assertThat(leases.repeated() + other.leases().repeated())
                    .as("they did meet")
                    .isPositive();
        }
        assertThat(windows()).hasSize(checkpoints);
        Document reported = client.getDatabase(Stores.DATABASE)
                .getCollection("jobs")
                .find()
                .first()
                .get("reported", Document.class);
        assertThat(reported.getLong("checkpoint")).isEqualTo(checkpoints);
    }

    @Test
    void aServerThatIsVotedOutIsAwayAndNotBusy() throws Exception {
        Attempt attempt = leases.begin(1);
        fail("update", 1, "errorCode: 10107, errorLabels: ['TransientTransactionError']");
        assertThatThrownBy(() -> leases.commit(attempt, 1, List.of(manifest(7, "a"))))
                .isInstanceOf(StoreAwayException.class);
        assertThat(leases.repeated()).isZero();
    }

    /** The answer is lost, and so whether the commit was made. */
    @Test
    void aCommitWhoseAnswerIsLostIsMadeAgain() throws Exception {
        Attempt attempt = leases.begin(1);
        fail("commitTransaction", 2, "closeConnection: true");
        leases.commit(attempt, 1, List.of(manifest(7, "a")));
        assertThat(windows()).containsExactly(7L);
    }
}
