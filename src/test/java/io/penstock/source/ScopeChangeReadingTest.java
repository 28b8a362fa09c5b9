/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static io.penstock.source.StreamReading.all;
import static io.penstock.source.StreamReading.events;
import static io.penstock.source.StreamReading.floors;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.server.ChangeQuery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The stream of a job that goes on with other collections. Its position is that of the stop; the change is cut at a later time, and
 * events of before the cut come with the wider filter as well.
 */
class ScopeChangeReadingTest {
    private static final Namespace KEPT = Namespace.parse("shop.kept");
    private static final Namespace ADDED = Namespace.parse("shop.added");

    private final ScriptedServer server = new ScriptedServer();
    private final StreamControl control = new StreamControl();
    private final long start = server.operationTime();

    private static Scope scope(Namespace... names) {
        return new Scope(Set.of(names), List.of());
    }

    private StreamSplit stopped() {
        return StreamSplit.from(StreamPosition.at(start), Map.of(KEPT, new NamespaceEpoch(1, start)));
    }

    private List<Fetched> read(StreamSplit split, Scope scope, ScopeChange... changes) throws IOException {
        control.scopeChanges(List.of(changes));
        return all(StreamReading.reader(server, scope, control, split));
    }

    /** The progress that crosses a change. */
    private static Fetched.Progress crossing(List<Fetched> fetched) {
        return fetched.stream()
                .filter(each -> each instanceof Fetched.Progress made && made.scopeChanges() > 0)
                .map(Fetched.Progress.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ofACollectionThatEntersOnlyWhatIsBehindTheCutIsExported() throws IOException {
        server.insert("shop.added", document(1, "before"));
        long cut = server.insert("shop.added", document(2, "at the cut"));
        server.insert("shop.kept", document(1, "kept"));
        server.replace("shop.added", document(1, "behind"));
        List<Fetched> fetched = read(
                stopped(),
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT), cut, List.of(new Entered("shop.added", true, false)), List.of()));
        assertThat(events(fetched)).extracting(ChangeEvent::namespace).containsExactly(KEPT, ADDED);
        assertThat(events(fetched).get(1).epochStart()).isEqualTo(cut);
        assertThat(events(fetched).get(1).epoch()).isEqualTo(1);
        assertThat(floors(fetched)).isEmpty();
        assertThat(crossing(fetched).wanted()).containsExactly(new WantedEpoch(ADDED, 1, cut));
        assertThat(crossing(fetched).scopeChanges()).isEqualTo(1);
        assertThat(crossing(fetched).position().clusterTime())
                .as("the watermark stays below the cut until the pass is held")
                .isLessThanOrEqualTo(cut);
    }

    @Test
    void thePassIsAskedForThoughNothingIsWrittenBehindTheCut() throws IOException {
        long cut = server.insert("shop.added", document(1, "before"));
        server.tick(10);
        List<Fetched> fetched = read(
                stopped(),
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT), cut, List.of(new Entered("shop.added", true, false)), List.of()));
        assertThat(crossing(fetched).wanted()).containsExactly(new WantedEpoch(ADDED, 1, cut));
    }

    @Test
    void whatHappensToACollectionBeforeItEntersEndsNothingOfIt() throws IOException {
        server.insert("shop.added", document(1, "before"));
        server.drop("shop.added");
        server.insert("shop.other", document(1, "before"));
        long cut = server.rename("shop.other", "shop.added");
        server.insert("shop.added", document(2, "behind"));
        List<Fetched> fetched = read(
                stopped(),
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT), cut, List.of(new Entered("shop.added", true, false)), List.of()));
        assertThat(floors(fetched)).isEmpty();
        assertThat(fetched.stream().filter(Fetched.Progress.class::isInstance).flatMap(each -> ((Fetched.Progress) each)
                        .wanted().stream()))
                .containsExactly(new WantedEpoch(ADDED, 1, cut));
    }

    @Test
    void aCollectionThatComesBackGetsAFloorAndAnotherPass() throws IOException {
        long removed = server.insert("shop.kept", document(1, "kept"));
        server.insert("shop.added", document(1, "meanwhile"));
        long back = server.insert("shop.kept", document(2, "kept"));
        server.insert("shop.added", document(2, "behind"));
        StreamSplit split = StreamSplit.from(
                StreamPosition.at(start),
                Map.of(KEPT, new NamespaceEpoch(1, start), ADDED, new NamespaceEpoch(1, start)));
        List<Fetched> fetched = read(
                split,
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT, ADDED), removed, List.of(), List.of("shop.added")),
                new ScopeChange(scope(KEPT), back, List.of(new Entered("shop.added", true, true)), List.of()));
        assertThat(floors(fetched))
                .hasSize(Key.CELLS)
                .allMatch(floor -> floor.version().clusterTime() == back);
        ChangeEvent last = events(fetched).get(events(fetched).size() - 1);
        assertThat(events(fetched)).hasSize(3);
        assertThat(last.epoch()).isEqualTo(2);
        assertThat(last.epochStart()).isEqualTo(back);
    }

    @Test
    void aFloorOfAChangeGoesOnAtTheCellWhereItStopped() throws IOException {
        long cut = server.insert("shop.kept", document(1, "kept"));
        server.tick(1);
        StreamSplit stopped = new StreamSplit(
                StreamPosition.at(start),
                0,
                Map.of(KEPT, new NamespaceEpoch(1, start), ADDED, new NamespaceEpoch(1, start)),
                List.of(),
                FloorSweep.of(ADDED, cut, 1, 65_000),
                1,
                true,
                false);
        List<Fetched> fetched = read(
                stopped,
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT, ADDED), start, List.of(), List.of("shop.added")),
                new ScopeChange(scope(KEPT), cut, List.of(new Entered("shop.added", true, true)), List.of()));
        assertThat(floors(fetched)).hasSize(Key.CELLS - 65_000);
        assertThat(crossing(fetched).scopeChanges()).isEqualTo(2);
    }

    @Test
    void aChangeBehindThePositionIsNotMadeAgain() throws IOException {
        long cut = server.insert("shop.added", document(1, "before"));
        server.insert("shop.added", document(2, "behind"));
        StreamSplit crossed = StreamSplit.from(StreamPosition.at(cut), Map.of(ADDED, new NamespaceEpoch(1, cut)))
                .behind(1);
        List<Fetched> fetched = read(
                crossed,
                scope(KEPT, ADDED),
                new ScopeChange(scope(KEPT), cut, List.of(new Entered("shop.added", true, false)), List.of()));
        assertThat(events(fetched)).extracting(ChangeEvent::epochStart).containsOnly(cut);
        assertThat(fetched)
                .noneMatch(each -> each instanceof Fetched.Progress made
                        && (made.scopeChanges() > 0 || !made.wanted().isEmpty()));
    }

    @Test
    void ofACollectionThatLeftNothingMoreIsExported() throws IOException {
        server.insert("shop.added", document(1, "before the cut, and not exported yet"));
        long cut = server.insert("shop.kept", document(1, "kept"));
        server.insert("shop.added", document(2, "behind"));
        server.drop("shop.added");
        List<Fetched> fetched = read(
                stopped(), scope(KEPT), new ScopeChange(scope(KEPT, ADDED), cut, List.of(), List.of("shop.added")));
        assertThat(events(fetched)).extracting(ChangeEvent::namespace).containsOnly(KEPT);
        assertThat(floors(fetched)).isEmpty();
    }

    @Test
    void aStreamThatWasOfTheWholeDeploymentStaysSo() throws IOException {
        Namespace elsewhere = Namespace.parse("bank.accounts");
        read(
                stopped(),
                scope(KEPT),
                new ScopeChange(scope(KEPT, elsewhere), start, List.of(), List.of("bank.accounts")));
        assertThat(server.asked().stream().filter(ChangeQuery.class::isInstance).map(each -> ((ChangeQuery) each)
                        .database()))
                .as("the token may be that of an event in the other database")
                .containsOnlyNulls();
    }
}
