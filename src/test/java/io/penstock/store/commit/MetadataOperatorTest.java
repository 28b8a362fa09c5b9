/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.record.Namespace;
import io.penstock.store.Attempt;
import io.penstock.store.AuditLog;
import io.penstock.store.LastKnown;
import io.penstock.store.Leases;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataStore;
import io.penstock.store.SourceProgress;
import io.penstock.store.StoreAwayException;
import io.penstock.store.StoreRecords;
import io.penstock.store.SupersededException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written when: against a store that is away when the test says so. */
class MetadataOperatorTest {
    private static final Namespace NS = Namespace.parse("geo.cities");

    /** The operator is serialized, so its store is found here. */
    private static ScriptedStore store;

    private OneInputStreamOperatorTestHarness<MetadataEntry, Void> harness;

    @BeforeEach
    void start() throws Exception {
        store = new ScriptedStore();
        harness = started(null);
    }

    @AfterEach
    void stop() throws Exception {
        store.away = false;
        harness.close();
    }

    private static OneInputStreamOperatorTestHarness<MetadataEntry, Void> started(OperatorSubtaskState from)
            throws Exception {
        MetadataOperator operator = new MetadataOperator(() -> store, 3, Duration.ofSeconds(10));
        OneInputStreamOperatorTestHarness<MetadataEntry, Void> harness =
                new OneInputStreamOperatorTestHarness<>(operator, MetadataEntrySerializer.INSTANCE);
        if (from != null) {
            harness.setRestoredCheckpointId(1);
            harness.initializeState(from);
        }
        harness.open();
        return harness;
    }

    private static SealedManifest manifest(long window) {
        return new SealedManifest(1, NS, window, new byte[] {(byte) window});
    }

    private void seal(long window) throws Exception {
        harness.processElement(new StreamRecord<>(manifest(window)));
    }

    /** Flink calls again and again; here the clock does. */
    private void untilWritten(String... expected) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            harness.setProcessingTime(harness.getProcessingTime() + 10_000);
            assertThat(store.written).containsExactly(expected);
        });
    }

    @Test
    void nothingIsWrittenBeforeItsCheckpointIsComplete() throws Exception {
        seal(1);
        harness.snapshot(1, 0);
        seal(2);
        untilWritten();
        harness.notifyOfCompletedCheckpoint(1);
        untilWritten("1: 1");
        harness.snapshot(2, 0);
        harness.snapshot(3, 0);
        harness.notifyOfCompletedCheckpoint(3);
        untilWritten("1: 1", "3: 2");
    }

    @Test
    void whatTheStoreDoesNotHaveIsInEachCheckpointAndWrittenByWhoRestoresIt() throws Exception {
        store.away = true;
        seal(1);
        harness.snapshot(1, 0);
        harness.notifyOfCompletedCheckpoint(1);
        seal(2);
        OperatorSubtaskState state = harness.snapshot(2, 0);
        harness.close();
        assertThat(store.written).isEmpty();

        store.away = false;
        harness = started(state);
        untilWritten("1: 1 2");
        assertThat(store.attempts).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aStoreThatIsAwayIsTriedAgainAndGetsEverythingInOrder() throws Exception {
        store.away = true;
        for (int i = 1; i <= 5; i++) {
            seal(i);
            harness.snapshot(i, 0);
            harness.notifyOfCompletedCheckpoint(i);
        }
        assertThat(store.written).isEmpty();
        store.away = false;
        untilWritten("1: 1", "2: 2", "3: 3", "4: 4", "5: 5");
    }

    @Test
    void theLastCheckpointOfAJobThatEndsIsWrittenBeforeItIsOver() throws Exception {
        seal(1);
        harness.endInput();
        harness.snapshot(1, 0);
        harness.notifyOfCompletedCheckpoint(1);
        assertThat(store.written).containsExactly("1: 1");
    }

    @Test
    void theLeaseIsRenewedWithoutAnythingToWrite() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            harness.setProcessingTime(harness.getProcessingTime() + 10_000);
            assertThat(store.renewals).isGreaterThan(3);
        });
        assertThat(store.attempts).isEqualTo(1);
    }

    @Test
    void anAttemptThatWasSupersededEnds() throws Exception {
        seal(1);
        harness.snapshot(1, 0);
        store.superseded = true;
        assertThatThrownBy(() -> {
                    harness.notifyOfCompletedCheckpoint(1);
                    untilWritten("1: 1");
                })
                .hasStackTraceContaining("attempt 9 has begun");
    }

    private static void assertBytes(MetadataEntry entry, String hex) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        MetadataEntrySerializer.INSTANCE.serialize(entry, out);
        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(hex);
        assertReadBack(entry, hex);
    }

    private static void assertReadBack(MetadataEntry entry, String hex) throws IOException {
        assertThat(MetadataEntrySerializer.INSTANCE.deserialize(
                        new DataInputDeserializer(HexFormat.of().parseHex(hex))))
                .usingRecursiveComparison()
                .isEqualTo(entry);
    }

    @Test
    void theStateHasTheseBytes() throws Exception {
        byte[] json = {'{', '}'};
        assertBytes(
                new SealedManifest(2, NS, 5, json), "0201000000020467656f076369746965730000000000000005000000027b7d");
        assertBytes(new SealedRoot(2, 5, 9, json), "0202000000020000000000000005" + "0000000000000009000000027b7d");
        assertBytes(
                new SinkReceipt(2, NS, 5, "kafka", json),
                "0203000000020467656f076369746965730000000000000005" + "066b61666b61000000027b7d");
    }

    @Test
    void theBytesOfFormat1AreRead() throws Exception {
        assertReadBack(
                new SealedManifest(2, NS, 5, new byte[] {'{', '}'}),
                "0101000000020467656f076369746965730000000000000005000000027b7d");
    }

    @Test
    void rootsAndReceiptsWaitForTheirCheckpointAsManifestsDo() throws Exception {
        store.away = true;
        seal(1);
        harness.processElement(new StreamRecord<>(new SealedRoot(1, 1, 3, new byte[] {1})));
        harness.snapshot(1, 0);
        harness.processElement(new StreamRecord<>(new SinkReceipt(1, NS, 1, "kafka", new byte[] {1})));
        OperatorSubtaskState state = harness.snapshot(2, 0);
        harness.close();
        store.away = false;
        harness = started(state);
        untilWritten("1: 1 receipt kafka root 1-3");
    }

    /** Whoever reads roots first, then manifests, misses none that a root names. */
    @Test
    void whatNamesManifestsIsWrittenBehindThemHoweverItCame() throws Exception {
        harness.processElement(new StreamRecord<>(new SealedRoot(1, 1, 1, new byte[] {1})));
        harness.processElement(new StreamRecord<>(new SinkReceipt(1, NS, 2, "kafka", new byte[] {1})));
        seal(1);
        harness.processElement(new StreamRecord<>(new SealedRoot(1, 2, 2, new byte[] {1})));
        seal(2);
        harness.snapshot(1, 0);
        harness.notifyOfCompletedCheckpoint(1);
        untilWritten("1: 1 2 receipt kafka root 1-1 root 2-2");
    }

    private static String name(MetadataEntry entry) {
        if (entry instanceof SealedManifest manifest) {
            return Long.toString(manifest.window());
        }
        return entry instanceof SealedRoot root
                ? "root " + root.window() + "-" + root.last()
                : "receipt " + ((SinkReceipt) entry).sink();
    }

    /** Notes what it is given as {@code <checkpoint>: <windows>}. */
    private static final class ScriptedStore implements MetadataStore, Leases {
        private final List<String> written = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean away;
        private volatile boolean superseded;
        private volatile int renewals;
        private volatile int attempts;

        @Override
        public StoreRecords records() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Leases leases() {
            return this;
        }

        @Override
        public Manifests manifests() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<LastKnown> lastKnown() {
            throw new UnsupportedOperationException();
        }

        @Override
        public AuditLog audit() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}

        @Override
        public Optional<Held> read() {
            return Optional.empty();
        }

        @Override
        public void requireHeld(long token) {}

        private void require(Attempt attempt) throws IOException {
            if (away) {
                throw new StoreAwayException("away.", null);
            }
            if (superseded) {
                throw new SupersededException(attempt, new Attempt(attempt.token(), 9));
            }
        }

        @Override
        public Attempt begin(long token) throws IOException {
            Attempt attempt = new Attempt(token, attempts + 1);
            require(attempt);
            attempts = attempts + 1;
            return attempt;
        }

        @Override
        public void renew(Attempt attempt) throws IOException {
            require(attempt);
            renewals = renewals + 1;
        }

        @Override
        public long repeated() {
            return 0;
        }

        @Override
        public void report(long token, long checkpoint, SourceProgress progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void commit(Attempt attempt, long checkpoint, List<MetadataEntry> entries) throws IOException {
            require(attempt);
            StringBuilder line = new StringBuilder(checkpoint + ":");
            entries.forEach(entry -> line.append(' ').append(name(entry)));
            written.add(line.toString());
        }
    }
}
