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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.source.changestream.HistoryLostException;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.changestream.StreamSplitReader;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.server.ChangeQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The stream of a job whose position has left the server's log. Of {@code shop.kept} a pass began at the start, {@code shop.gone} was dropped
 * unseen, {@code shop.came} was created unseen.
 */
class LostHistoryReadingTest {
    private static final Namespace KEPT = Namespace.parse("shop.kept");
    private static final Namespace GONE = Namespace.parse("shop.gone");
    private static final Namespace CAME = Namespace.parse("shop.came");

    private final ScriptedServer server = new ScriptedServer();
    private final StreamControl control = new StreamControl();
    private final Scope scope = new Scope(Set.of(KEPT, GONE, CAME), List.of());
    private final long start = server.operationTime();

    private StreamSplit stopped() {
        return StreamSplit.from(
                StreamPosition.at(start), Map.of(KEPT, new NamespaceEpoch(1, start), GONE, new NamespaceEpoch(3, 0)));
    }

    private StreamSplitReader reader(StreamSplit split) {
        return StreamReading.reader(server, scope, control, split, true);
    }

    /** The collections change, and the log of it is gone. Answers the time behind. */
    private long lose() {
        server.insert("shop.kept", document(1, "unseen"));
        server.insert("shop.came", document(1, "unseen"));
        server.tick(600);
        server.forgetChanges();
        return server.operationTime();
    }

    private static Fetched.HistoryGap gap(List<Fetched> fetched) {
        return (Fetched.HistoryGap) fetched.stream()
                .filter(Fetched.HistoryGap.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    private static List<GhostSweep> sweeps(List<Fetched> fetched) {
        return fetched.stream()
                .filter(Fetched.GhostCell.class::isInstance)
                .map(each -> ((Fetched.GhostCell) each).sweep())
                .toList();
    }

    @Test
    void theStreamGoesOnBehindTheGapWithAPassOverEachCollectionThatIsThere() throws IOException {
        long behind = lose();
        StreamSplitReader reader = reader(stopped());
        List<Fetched> fetched = all(reader);
        Fetched.HistoryGap gap = gap(fetched);
        assertThat(fetched.get(0)).as("the decision comes before the cells").isSameAs(gap);
        assertThat(gap.position()).isEqualTo(StreamPosition.at(behind));
        assertThat(gap.wanted()).containsExactly(new WantedEpoch(CAME, 2, behind), new WantedEpoch(KEPT, 2, behind));
        assertThat(gap.epochs())
                .containsOnly(
                        Map.entry(CAME, new NamespaceEpoch(2, behind)),
                        Map.entry(GONE, new NamespaceEpoch(3, 0)),
                        Map.entry(KEPT, new NamespaceEpoch(2, behind)));
        server.insert("shop.kept", document(2, "seen"));
        ChangeEvent event = events(all(reader)).get(0);
        assertThat(event.epoch()).isEqualTo(2);
        assertThat(event.epochStart()).isEqualTo(behind);
    }

    @Test
    void everyCellIsToldOfItInPartsThatFitIntoMemory() throws IOException {
        long behind = lose();
        List<Fetched> fetched = all(reader(stopped()));
        assertThat(sweeps(fetched))
                .hasSize(2 * Key.CELLS)
                .allMatch(sweep -> sweep.version().equals(Version.row(behind)) && sweep.epoch() == 2);
        assertThat(sweeps(fetched)).extracting(GhostSweep::namespace).containsOnly(CAME, KEPT);
        assertThat(floors(fetched)).as("of what is not there any more").hasSize(Key.CELLS);
        assertThat(floors(fetched))
                .extracting(Floor::namespace, Floor::version)
                .containsOnly(org.assertj.core.groups.Tuple.tuple(GONE, Version.event(behind)));
        StreamSplitReader reader = reader(stopped());
        for (int i = 0; i < 5; i++) {
            assertThat(sizeOf(reader)).isLessThanOrEqualTo(8192);
        }
    }

    private static int sizeOf(StreamSplitReader reader) throws IOException {
        List<Fetched> batch = new ArrayList<>();
        var fetched = reader.fetch();
        if (fetched.nextSplit() != null) {
            for (Fetched next = fetched.nextRecordFromSplit(); next != null; next = fetched.nextRecordFromSplit()) {
                batch.add(next);
            }
        }
        return batch.size();
    }

    @Test
    void aRestartInTheMiddleOfTheCellsGoesOnThereAndDecidesNothingAnew() throws IOException {
        long behind = lose();
        Fetched.HistoryGap gap = gap(all(reader(stopped())));
        StreamSplit middle = new StreamSplit(
                gap.position(),
                0,
                gap.epochs(),
                gap.wanted(),
                new FloorSweep(GONE, behind, 3, 65_000, true),
                0,
                true,
                false);
        server.tick(100);
        List<Fetched> fetched = all(reader(middle));
        assertThat(floors(fetched)).hasSize(Key.CELLS - 65_000);
        assertThat(sweeps(fetched))
                .hasSize(Key.CELLS)
                .extracting(GhostSweep::namespace)
                .containsOnly(KEPT);
        assertThat(fetched).noneMatch(Fetched.HistoryGap.class::isInstance);
        Fetched last = fetched.stream()
                .filter(Fetched.GhostCell.class::isInstance)
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(((Fetched.GhostCell) last).behind()).isNull();
    }

    @Test
    void historyThatIsLostBehindTheGapIsLostOnceMore() throws IOException {
        long first = lose();
        Fetched.HistoryGap gap = gap(all(reader(stopped())));
        StreamSplit behind = new StreamSplit(gap.position(), 0, gap.epochs(), List.of(), null, 0, true, false);
        long second = lose();
        Fetched.HistoryGap again = gap(all(reader(behind)));
        assertThat(second).isGreaterThan(first);
        assertThat(again.wanted()).contains(new WantedEpoch(KEPT, 3, second));
    }

    @Test
    void whileItIsReadTooAndWhatWasFirstSeenInTheStreamIsKnown() throws IOException {
        StreamSplit empty = StreamSplit.from(StreamPosition.at(start), Map.of());
        StreamSplitReader reader = reader(empty);
        server.insert("shop.gone", document(1, "seen"));
        assertThat(events(all(reader))).hasSize(1);
        server.drop("shop.gone");
        server.tick(10);
        server.forgetChanges();
        List<Fetched> fetched = all(reader);
        assertThat(gap(fetched).epochs()).containsOnly(Map.entry(GONE, NamespaceEpoch.YOUNGER));
        assertThat(floors(fetched)).hasSize(Key.CELLS);
    }

    @Test
    void aChangeOfTheCollectionsInTheGapIsMadeBeforeIt() throws IOException {
        server.insert("shop.came", document(1, "before"));
        long cut = server.operationTime();
        control.scopeChanges(List.of(new ScopeChange(
                new Scope(Set.of(KEPT, GONE), List.of()),
                cut,
                List.of(new Entered("shop.came", true, false)),
                List.of())));
        long behind = lose();
        List<Fetched> fetched = all(reader(stopped()));
        assertThat(((Fetched.Progress) fetched.get(0)).wanted()).containsExactly(new WantedEpoch(CAME, 1, cut));
        assertThat(gap(fetched).wanted()).contains(new WantedEpoch(CAME, 2, behind));
    }

    @Test
    void whatTheServerCannotAnswerThenIsAskedAgain() throws IOException {
        long behind = lose();
        StreamSplitReader reader = reader(stopped());
        server.fail(ScriptedServer.Call.CHANGES, 11600);
        assertThat(gap(all(reader, 15)).position().clusterTime()).isEqualTo(behind);
        assertThat(server.asked().stream().filter(ChangeQuery.class::isInstance).count())
                .isGreaterThan(2);
    }

    @Test
    void aDamagedPlaceIsNoLostHistory() {
        for (int code : new int[] {260, 9, 15, 40647}) {
            server.fail(ScriptedServer.Call.CHANGES, code);
            assertThatThrownBy(() -> all(reader(stopped()))).isInstanceOf(HistoryLostException.class);
        }
    }

    @Test
    void aServerThatIsNotFurtherThanTheJobIsNotBelieved() {
        server.fail(ScriptedServer.Call.CHANGES, 286);
        assertThatThrownBy(() -> all(reader(stopped())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the same deployment");
    }
}
