/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.SourceMessage.EpochWanted;
import io.penstock.source.SourceMessage.ReaderStarted;
import io.penstock.source.SourceMessage.ScopeChanges;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.enumerator.EnumeratorState;
import io.penstock.source.enumerator.MongoEnumerator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The enumerator of a job that goes on with other collections. */
class ChangedScopeTest {
    private static final Namespace KEPT = Namespace.parse("shop.kept");
    private static final Namespace LEFT = Namespace.parse("shop.left");
    private static final Namespace ADDED = Namespace.parse("shop.added");

    private final ScriptedServer server = new ScriptedServer();
    private EnumeratorState saved;

    /** A state in which no split has been handed out. */
    @BeforeEach
    void save() throws Exception {
        for (Namespace namespace : List.of(KEPT, LEFT, ADDED)) {
            server.insert(namespace.toString(), document(1, "v"));
        }
        MongoEnumerator before = MongoEnumerator.fresh(new Coordinator(1), options(false, KEPT, LEFT), server);
        before.start();
        saved = before.snapshotState(1);
        assertThat(saved.ranges()).hasSize(2);
    }

    private static SourceOptions options(boolean isBounded, Namespace... names) {
        Startup startup = isBounded ? Startup.SNAPSHOT_ONLY : Startup.INITIAL;
        return new SourceOptions(
                new Scope(Set.of(names), List.of()), startup, 0, 1, 0, 0, 0, false, false, 0, false, null, null);
    }

    private MongoEnumerator restored(Coordinator coordinator, Namespace... names) {
        return new MongoEnumerator(coordinator, options(false, names), server, saved);
    }

    private static void begin(Coordinator coordinator, MongoEnumerator enumerator) {
        coordinator.register(0);
        enumerator.addReader(0);
        enumerator.handleSourceEvent(0, new ReaderStarted(List.of(), List.of(), false));
        enumerator.handleSplitRequest(0, "here");
    }

    @Test
    void whatLeftIsNotReadAndWhatEnteredIsAtACutOfNow() throws Exception {
        long now = server.tick(5);
        MongoEnumerator enumerator = restored(new Coordinator(1), KEPT, ADDED);
        enumerator.start();
        EnumeratorState state = enumerator.snapshotState(2);
        assertThat(state.ranges()).extracting(range -> range.namespace()).containsExactly(KEPT);
        assertThat(state.scope()).isEqualTo(new Scope(Set.of(KEPT, ADDED), List.of()));
        assertThat(state.scopeChanges())
                .containsExactly(new ScopeChange(
                        new Scope(Set.of(KEPT, LEFT), List.of()),
                        now,
                        List.of(new Entered("shop.added", true, false)),
                        List.of("shop.left")));
    }

    @Test
    void aReaderIsToldHowTheScopeChangedBeforeItGetsAnything() {
        Coordinator coordinator = new Coordinator(1);
        MongoEnumerator enumerator = restored(coordinator, KEPT, ADDED);
        begin(coordinator, enumerator);
        assertThat(coordinator.told(0)).noneMatch(ScopeChanges.class::isInstance);
        assertThat(coordinator.assigned(0)).as("not decided yet").isEmpty();
        enumerator.start();
        assertThat(coordinator.told(0))
                .filteredOn(ScopeChanges.class::isInstance)
                .singleElement()
                .satisfies(told -> assertThat(((ScopeChanges) told).changes()).hasSize(1));
        assertThat(coordinator.stream(0).scopeChanges()).isZero();
        assertThat(coordinator.snapshot(0).namespace()).isEqualTo(KEPT);
    }

    /** Otherwise a job that is given its former collections again would go on without the rest of their rows. */
    @Test
    void whileTheChangeIsNotDecidedACheckpointHoldsWhatTheFormerScopeHad() throws Exception {
        MongoEnumerator enumerator = restored(new Coordinator(1), KEPT);
        EnumeratorState state = enumerator.snapshotState(2);
        assertThat(state.ranges()).hasSize(2);
        assertThat(state.scope()).isEqualTo(saved.scope());
    }

    @Test
    void thePassThatTheStreamAsksForIsHeldAndRead() throws Exception {
        MongoEnumerator enumerator = restored(new Coordinator(1), KEPT, ADDED);
        enumerator.start();
        long cut = enumerator.snapshotState(2).scopeChanges().get(0).time();
        enumerator.handleSourceEvent(0, new EpochWanted("shop.added", 1, cut));
        EnumeratorState state = enumerator.snapshotState(3);
        assertThat(state.passes()).containsKey(cut);
        assertThat(state.ranges())
                .filteredOn(range -> range.namespace().equals(ADDED))
                .singleElement()
                .satisfies(range -> assertThat(range.start()).isEqualTo(cut));
    }

    @Test
    void theSameCollectionsAreNoChange() throws Exception {
        MongoEnumerator enumerator = restored(new Coordinator(1), LEFT, KEPT);
        enumerator.start();
        assertThat(enumerator.snapshotState(2).scopeChanges()).isEmpty();
    }

    @Test
    void aJobThatEndsByItselfKeepsItsCollections() {
        MongoEnumerator enumerator = new MongoEnumerator(new Coordinator(1), options(true, KEPT), server, saved);
        assertThatThrownBy(enumerator::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be changed");
    }
}
