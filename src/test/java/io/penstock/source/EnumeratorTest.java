/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.penstock.record.Namespace;
import io.penstock.source.SourceMessage.EpochWanted;
import io.penstock.source.SourceMessage.Frontier;
import io.penstock.source.SourceMessage.ReaderStarted;
import io.penstock.source.SourceMessage.SplitFinished;
import io.penstock.source.SourceMessage.StreamProgress;
import io.penstock.source.SourceMessage.Summary;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.enumerator.EnumeratorState;
import io.penstock.source.enumerator.MongoEnumerator;
import io.penstock.source.enumerator.SnapshotRange;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The enumerator when tasks fail. An exception of its own would reset the whole job to its last checkpoint; before the first one
 * the job would begin anew at a later time, though the failed tasks alone have to be repeated.
 */
class EnumeratorTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");

    private final ScriptedServer server = new ScriptedServer();
    private final Coordinator coordinator = new Coordinator(2);
    private MongoEnumerator enumerator;

    @BeforeEach
    void begin() {
        for (int i = 0; i < 100; i++) {
            server.insert("shop.orders", document(i, "first"));
        }
        begin(null);
    }

    private void begin(Recovery recovery) {
        SourceOptions options = new SourceOptions(
                new Scope(Set.of(ORDERS), List.of()),
                Startup.INITIAL,
                0,
                1,
                0,
                0,
                0,
                false,
                false,
                0,
                false,
                null,
                recovery);
        enumerator = MongoEnumerator.fresh(coordinator, options, server);
        enumerator.start();
    }

    @Test
    void aJobWithoutItsCheckpointsReadsEventsOfTheVeryTimeThatItGoesOnFrom() {
        long time = 3L << 32 | 5;
        begin(new Recovery(time, 4));
        start(0);
        assertThat(coordinator.stream(0).position()).isEqualTo(StreamPosition.at(time));
        assertThat(coordinator.stream(0).epochs())
                .as("a delete at that time is not in the pass's rows")
                .containsExactly(entry(ORDERS, new NamespaceEpoch(4, time - 1)));
        EnumeratorState state = enumerator.snapshotState(1);
        assertThat(state.passes()).containsOnlyKeys(time - 1);
        assertThat(state.ranges()).allMatch(range -> range.epoch() == 4 && range.readAt() == time);
    }

    private void start(int subtask) {
        coordinator.register(subtask);
        enumerator.addReader(subtask);
        enumerator.handleSourceEvent(subtask, new ReaderStarted(List.of(), List.of(), false));
    }

    /** As Flink tells of a failed region: all of its tasks are gone before the first one's splits come back. */
    private void failBeforeTheFirstCheckpoint(int... resets) {
        coordinator.unregister(0);
        coordinator.unregister(1);
        for (int subtask : resets) {
            enumerator.addSplitsBack(coordinator.takeBack(subtask), subtask);
        }
    }

    private static Summary summary(SnapshotSplit split) {
        return new Summary(
                split.splitId(),
                split.namespace().toString(),
                split.epochStart(),
                split.epochStart(),
                split.estimated());
    }

    @Test
    void theStreamOfAFailedReaderWaitsUntilAReaderIsThereAgain() {
        start(1);
        StreamSplit stream = coordinator.stream(1);
        start(0);
        server.insert("shop.orders", document(1000, "later"));
        failBeforeTheFirstCheckpoint(1, 0);
        assertThat(coordinator.assigned(0)).isEmpty();
        assertThat(coordinator.assigned(1)).isEmpty();
        start(0);
        assertThat(coordinator.stream(0)).isEqualTo(stream);
    }

    @Test
    void aSplitThatAFailedReaderHadFinishedIsHandedOutAnew() {
        start(0);
        start(1);
        enumerator.handleSplitRequest(1, "here");
        SnapshotSplit split = coordinator.snapshot(1);
        failBeforeTheFirstCheckpoint();
        enumerator.handleSourceEvent(1, new SplitFinished(summary(split)));
        failBeforeTheFirstCheckpoint(0, 1);
        start(1);
        start(0);
        enumerator.handleSplitRequest(0, "here");
        assertThat(coordinator.snapshot(0)).isEqualTo(split);
    }

    @Test
    void aLaterPassOverACollectionTakesThePlaceOfWhatIsStillToBeReadOfAnEarlierOne() throws Exception {
        start(0);
        start(1);
        enumerator.handleSplitRequest(1, "here");
        SnapshotSplit open = coordinator.snapshot(1);
        assertThat(enumerator.snapshotState(1).ranges()).isNotEmpty();
        long behind = server.tick(600);
        enumerator.handleSourceEvent(0, new EpochWanted("shop.orders", 2, behind));
        EnumeratorState state = enumerator.snapshotState(2);
        assertThat(state.ranges()).extracting(SnapshotRange::start).containsOnly(behind);
        assertThat(state.open()).as("what a reader has is read to its end").containsKey(open.splitId());
        assertThat(state.passes()).containsOnlyKeys(open.epochStart(), behind);
        coordinator.takeBack(1);
        enumerator.handleSplitRequest(1, "here");
        assertThat(coordinator.snapshot(1).epoch()).isEqualTo(2);
        assertThat(coordinator.snapshot(1).epochStart()).isEqualTo(behind);
    }

    @Test
    void whatAFailedReaderAskedForIsDoneAndNotAnswered() throws Exception {
        start(0);
        start(1);
        failBeforeTheFirstCheckpoint();
        enumerator.handleSourceEvent(0, new EpochWanted("shop.came", 2, server.operationTime()));
        assertThat(enumerator.snapshotState(1).taken()).containsOnlyKeys(Namespace.parse("shop.came"));
    }

    @Test
    void theEndOfAPassIsToldWithTheStreamsNextProgressForTheCheckpointMayBeTheSavepointOfAStop() throws Exception {
        start(0);
        start(1);
        int handed;
        do {
            handed = coordinator.assigned(1).size();
            enumerator.handleSplitRequest(1, "here");
        } while (coordinator.assigned(1).size() > handed);
        for (MongoSplit split : List.copyOf(coordinator.assigned(1))) {
            enumerator.handleSourceEvent(1, new SplitFinished(summary((SnapshotSplit) split)));
        }
        long position = server.operationTime() + 1;
        enumerator.handleSourceEvent(0, new StreamProgress(position, 7));
        enumerator.snapshotState(1);
        List<SourceEvent> before = List.copyOf(coordinator.told(0));
        enumerator.notifyCheckpointComplete(1);
        assertThat(coordinator.told(0)).isEqualTo(before);
        enumerator.handleSourceEvent(0, new StreamProgress(position, 7));
        assertThat(coordinator.told(0)).hasSize(before.size() + 1).last().isEqualTo(new Frontier(Long.MAX_VALUE, 7));
    }
}
