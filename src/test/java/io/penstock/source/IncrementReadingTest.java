/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static io.penstock.source.StreamReading.all;
import static io.penstock.source.StreamReading.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Namespace;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.ScriptedServer.Call;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.changestream.StreamSplitReader;
import io.penstock.source.fetch.Fetched;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A stream that waits at a bound, and goes on. */
class IncrementReadingTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");
    private static final Scope SCOPE = new Scope(Set.of(ORDERS), List.of());

    private final ScriptedServer server = new ScriptedServer();
    private final StreamControl control = new StreamControl();
    private final long start = server.operationTime();

    private StreamSplitReader reader(StreamPosition from) {
        StreamSplit split = StreamSplit.from(from, Map.of(ORDERS, new NamespaceEpoch(1, start)));
        return StreamReading.reader(server, SCOPE, control, split);
    }

    private static StreamPosition position(List<Fetched> fetched) {
        Fetched last = fetched.get(fetched.size() - 1);
        return last instanceof Fetched.Change change ? change.position() : ((Fetched.Progress) last).position();
    }

    private static List<Integer> ids(List<Fetched> fetched) {
        return events(fetched).stream().map(IncrementReadingTest::id).toList();
    }

    private static int id(ChangeEvent event) {
        return new org.bson.RawBsonDocument(event.documentKey()).getInt32("_id").getValue();
    }

    private long bound() {
        return ((server.operationTime() >>> 32) + 1) << 32;
    }

    @Test
    void nothingOfTheBoundOrLaterIsReadAndTheWatermarkReachesIt() throws IOException {
        server.insert("shop.orders", document(0, "before"));
        long bound = bound();
        control.waitAt(bound);
        server.tick(1);
        server.insert("shop.orders", document(1, "at the bound's second"));
        List<Fetched> fetched = all(reader(StreamPosition.at(start)));
        assertThat(ids(fetched)).containsExactly(0);
        assertThat(position(fetched)).isEqualTo(StreamPosition.at(bound));
        assertThat(Watermarks.below(position(fetched).clusterTime())).isEqualTo((bound >>> 32) * 1000 - 1);
    }

    @Test
    void aStreamWithoutEventsWaitsToo() throws IOException {
        long bound = bound();
        control.waitAt(bound);
        server.tick(100);
        List<Fetched> fetched = all(reader(StreamPosition.at(start)));
        assertThat(fetched).hasSize(1);
        assertThat(position(fetched)).isEqualTo(StreamPosition.at(bound));
    }

    @Test
    void itGoesOnWithTheEventBehindInTheSameRunAndInTheNext() throws IOException {
        server.insert("shop.orders", document(0, "before"));
        long bound = bound();
        control.waitAt(bound);
        server.tick(1);
        server.transaction(() -> {
            server.insert("shop.orders", document(1, "v"));
            server.insert("shop.orders", document(2, "v"));
        });
        StreamSplitReader reader = reader(StreamPosition.at(start));
        StreamPosition waiting = position(all(reader));
        server.insert("shop.orders", document(3, "v"));
        long next = bound();
        control.waitAt(next);
        server.tick(1);
        server.insert("shop.orders", document(4, "v"));
        assertThat(ids(all(reader))).containsExactly(1, 2, 3);
        assertThat(ids(all(reader(waiting)))).containsExactly(1, 2, 3);
    }

    @Test
    void aBoundThatWasPassedHoldsAndDoesNotTurnBack() throws IOException {
        long early = bound();
        server.tick(10);
        server.insert("shop.orders", document(0, "later than the bound"));
        control.waitAt(early);
        StreamPosition later = StreamPosition.at(server.operationTime());
        server.insert("shop.orders", document(1, "v"));
        assertThat(all(reader(later))).isEmpty();
    }

    @Test
    void anEventThatWaitsIsReadOnceThoughTheCursorIsLost() throws IOException {
        long bound = bound();
        control.waitAt(bound);
        server.tick(1);
        server.insert("shop.orders", document(1, "v"));
        StreamSplitReader reader = reader(StreamPosition.at(start));
        assertThat(ids(all(reader))).isEmpty();
        control.waitAt(bound + (100L << 32));
        server.insert("shop.orders", document(2, "v"));
        server.fail(Call.NEXT_CHANGE, 43);
        assertThat(ids(all(reader))).containsExactly(1, 2);
    }

    @Test
    void aCollectionThatEnteredBeforeTheBoundIsAskedForAndOneThatEntersBehindItIsNot() throws IOException {
        Namespace added = Namespace.parse("shop.added");
        Scope both = new Scope(Set.of(ORDERS, added), List.of());
        long bound = bound();
        control.waitAt(bound);
        for (long time : List.of(start + 1, bound + 1)) {
            control.scopeChanges(
                    List.of(new ScopeChange(SCOPE, time, List.of(new Entered("shop.added", true, false)), List.of())));
            StreamSplit split =
                    StreamSplit.from(StreamPosition.at(start), Map.of(ORDERS, new NamespaceEpoch(1, start)));
            server.tick(1);
            List<Fetched> fetched = all(StreamReading.reader(server, both, control, split));
            long wanted = fetched.stream()
                    .filter(each -> each instanceof Fetched.Progress progress
                            && !progress.wanted().isEmpty())
                    .count();
            assertThat(wanted).isEqualTo(time < bound ? 1 : 0);
        }
    }
}
