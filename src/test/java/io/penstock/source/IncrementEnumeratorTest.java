/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.source.SourceMessage.EpochWanted;
import io.penstock.source.SourceMessage.ReaderStarted;
import io.penstock.source.SourceMessage.SplitFinished;
import io.penstock.source.SourceMessage.Summary;
import io.penstock.source.SourceMessage.WaitAt;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.enumerator.EnumeratorState;
import io.penstock.source.enumerator.MongoEnumerator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the enumerator lets an increment end: behind the rows of every pass that is part of it. */
class IncrementEnumeratorTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");
    private static final int LENGTH = 10;

    private final ScriptedServer server = new ScriptedServer();
    private final Coordinator coordinator = new Coordinator(1);

    private SourceOptions options(long until) {
        return new SourceOptions(
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
                until == 0 ? null : new Increment(until, LENGTH),
                null);
    }

    private MongoEnumerator begin(long until) {
        server.insert("shop.orders", document(1, "v"));
        MongoEnumerator enumerator = MongoEnumerator.fresh(coordinator, options(until), server);
        started(enumerator, false);
        return enumerator;
    }

    private void started(MongoEnumerator enumerator, boolean hasStream) {
        enumerator.start();
        coordinator.register(0);
        enumerator.addReader(0);
        enumerator.handleSourceEvent(0, new ReaderStarted(List.of(), List.of(), hasStream));
    }

    private long told() {
        return coordinator.told(0).stream()
                .filter(WaitAt.class::isInstance)
                .mapToLong(message -> ((WaitAt) message).clusterTime())
                .reduce(0, (first, last) -> last);
    }

    private static long at(long second) {
        return second << 32;
    }

    @Test
    void aFirstRunEndsAtTheFirstBoundBehindItsSnapshotWhichIsReadLater() {
        MongoEnumerator enumerator = begin(at(1000));
        assertThat(told()).as("the snapshot begins in second 1000").isEqualTo(at(1010));
        enumerator.handleSplitRequest(0, "here");
        SnapshotSplit split = coordinator.snapshot(0);
        enumerator.handleSourceEvent(
                0, new SplitFinished(new Summary(split.splitId(), "shop.orders", split.epochStart(), at(1033) + 7, 1)));
        assertThat(told()).isEqualTo(at(1040));
    }

    @Test
    void aPassThatARenameWantsMovesTheEndToo() {
        MongoEnumerator enumerator = begin(at(1000));
        enumerator.handleSourceEvent(0, new EpochWanted("shop.orders", 2, at(1022)));
        assertThat(told()).isEqualTo(at(1030));
    }

    @Test
    void theEndIsStateSinceAReaderMayBeThereWhenThePassIsForgotten() throws Exception {
        MongoEnumerator enumerator = begin(at(1000));
        EnumeratorState state = enumerator.snapshotState(1);
        assertThat(state.waitAt()).isEqualTo(at(1010));
        MongoEnumerator restored = new MongoEnumerator(coordinator, options(at(1000)), server, state);
        started(restored, true);
        assertThat(told()).isEqualTo(at(1010));
    }

    @Test
    void aLaterRunGoesOnToItsOwnBoundAndAJobWithoutIncrementsDoesNotWait() throws Exception {
        EnumeratorState state = begin(at(1000)).snapshotState(1);
        MongoEnumerator later = new MongoEnumerator(coordinator, options(at(1100)), server, state);
        started(later, true);
        assertThat(told()).isEqualTo(at(1100));
        int before = coordinator.told(0).size();
        MongoEnumerator endless = new MongoEnumerator(coordinator, options(0), server, state);
        started(endless, true);
        assertThat(coordinator.told(0).subList(before, coordinator.told(0).size()))
                .noneMatch(WaitAt.class::isInstance);
        assertThat(endless.snapshotState(2).waitAt()).isZero();
    }
}
