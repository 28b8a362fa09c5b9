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
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.source.ScriptedServer.Call;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.changestream.HistoryLostException;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.changestream.StreamSplitReader;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.server.ChangeQuery;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

/** Reading the stream, whatever the server does meanwhile. */
class StreamReadingTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");

    private final ScriptedServer server = new ScriptedServer();
    private final StreamControl control = new StreamControl();
    private final long start = server.operationTime();

    private StreamSplitReader reader(StreamSplit split) {
        Scope scope = new Scope(Set.of(ORDERS), List.of());
        return StreamReading.reader(server, scope, control, split);
    }

    private StreamSplit fromStart() {
        return StreamSplit.from(StreamPosition.at(start), Map.of(ORDERS, new NamespaceEpoch(1, start)));
    }

    @Test
    void trap3EventsOfOneTransactionHaveOrderedVersionsAndGoingOnInItsMiddleLosesNone() throws IOException {
        server.transaction(() -> {
            for (int i = 0; i < 5; i++) {
                server.replace("shop.orders", document(1, "v" + i));
            }
        });
        List<Fetched> whole = all(reader(fromStart()));
        List<ChangeEvent> events = events(whole);
        assertThat(events).hasSize(5);
        assertThat(events)
                .extracting(event -> event.version().clusterTime())
                .containsOnly(events.get(0).version().clusterTime());
        assertThat(events).extracting(ChangeEvent::version).isSorted().doesNotHaveDuplicates();
        StreamPosition middle = ((Fetched.Change) whole.get(1)).position();
        assertThat(events(all(reader(StreamSplit.from(middle, Map.of()))))).hasSize(3);
        assertThat(Watermarks.below(middle.clusterTime()))
                .isLessThan(events.get(4).version().timestamp());
    }

    @Test
    void trap7APositionMovesOnThoughNoEventOfOursComesBy() throws IOException {
        StreamSplitReader reader = reader(fromStart());
        all(reader);
        long now = server.tick(600);
        List<Fetched> fetched = all(reader);
        assertThat(((Fetched.Progress) fetched.get(fetched.size() - 1))
                        .position()
                        .clusterTime())
                .isEqualTo(now);
    }

    /** The thread that fetches goes on while the task's thread checkpoints what it was handed: nothing may be shared that changes. */
    @Test
    void trap9APositionThatWasHandedOverStaysAsItWas() throws IOException {
        StreamSplitReader reader = reader(fromStart());
        server.insert("shop.orders", document(1, "first"));
        List<Fetched.Change> first = changes(all(reader));
        StreamPosition handedOver = first.get(0).position();
        byte[] token = handedOver.token().clone();
        long time = handedOver.clusterTime();
        server.tick(1);
        server.insert("shop.orders", document(2, "second"));
        assertThat(changes(all(reader))).hasSize(1);
        assertThat(handedOver.token()).isEqualTo(token);
        assertThat(handedOver.clusterTime()).isEqualTo(time);
        for (Class<?> type : List.of(StreamPosition.class, StreamSplit.class, SnapshotSplit.class)) {
            assertThat(type.getDeclaredFields())
                    .as(type.getSimpleName())
                    .allMatch(field -> Modifier.isFinal(field.getModifiers()));
        }
    }

    private static List<Fetched.Change> changes(List<Fetched> fetched) {
        return fetched.stream()
                .filter(Fetched.Change.class::isInstance)
                .map(Fetched.Change.class::cast)
                .toList();
    }

    @Test
    void faultsThatPassLoseNothingAndDoubleNothing() throws IOException {
        for (int i = 0; i < 10; i++) {
            server.insert("shop.orders", document(i, "v"));
        }
        for (int code : new int[] {11600, 91, 189, 43, 133, 9001}) {
            server.fail(Call.CHANGES, code);
            server.fail(Call.NEXT_CHANGE, code);
        }
        List<ChangeEvent> events = events(all(reader(fromStart()), 15));
        assertThat(events).extracting(ChangeEvent::version).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aFaultInTheMiddleOfABatchKeepsWhatCameBefore() throws IOException {
        server.insert("shop.orders", document(1, "v"));
        StreamSplitReader reader = reader(fromStart());
        assertThat(events(all(reader))).hasSize(1);
        server.fail(Call.NEXT_CHANGE, 11600);
        server.insert("shop.orders", document(2, "v"));
        assertThat(events(all(reader))).hasSize(1);
    }

    @Test
    void trap11LostHistoryEndsTheJobWithWhatToDoAndNeverBeginsAnewInSilence() {
        for (int code : new int[] {286, 280, 260, 40647}) {
            server.fail(Call.CHANGES, code);
            assertThatThrownBy(() -> all(reader(fromStart())))
                    .isInstanceOf(HistoryLostException.class)
                    .hasMessageContaining("on-history-lost: resnapshot")
                    .hasMessageContaining("--fresh")
                    .hasMessageContaining("oplog");
        }
    }

    @Test
    void aMissingPrivilegeEndsTheJobAtOnce() {
        server.fail(Call.CHANGES, 13);
        assertThatThrownBy(() -> all(reader(fromStart())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("scripted 13");
    }

    @Test
    void trap6AnEventTooLargeIsFetchedByItsKeyAtItsTimeAndTheStreamGoesOn() throws IOException {
        server.insert("shop.orders", document(1, "large"));
        server.replace("shop.orders", document(1, "later"));
        server.fail(Call.NEXT_CHANGE, 10334);
        List<ChangeEvent> events = events(all(reader(fromStart())));
        assertThat(events).hasSize(2);
        assertThat(new String(events.get(0).document(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("large");
        List<ChangeQuery> queries = server.asked().stream()
                .filter(ChangeQuery.class::isInstance)
                .map(ChangeQuery.class::cast)
                .toList();
        assertThat(queries).hasSize(3);
        assertThat(queries.get(1).batchSize()).isEqualTo(1);
        assertThat(queries.get(1).pipeline().toString()).contains("fullDocument");
        assertThat(queries.get(2).pipeline().toString()).doesNotContain("\"fullDocument\"");
    }

    @Test
    void trap12ALookupThatFindsNothingIsNoDelete() throws IOException {
        server.insert("shop.orders", document(1, "large"));
        server.delete("shop.orders", new BsonInt32(1));
        server.forgetSnapshots();
        server.tick(1);
        server.fail(Call.NEXT_CHANGE, 10334);
        List<ChangeEvent> events = events(all(reader(fromStart())));
        assertThat(events).extracting(ChangeEvent::kind).containsExactly(ChangeEvent.Kind.DELETE);
    }

    @Test
    void fragmentsAreOneEventAndAPositionNeverLiesBetweenThem() throws IOException {
        BsonDocument ns = new BsonDocument("db", new BsonString("shop")).append("coll", new BsonString("orders"));
        BsonTimestamp time = new BsonTimestamp(start + 1);
        server.event(new BsonDocument("operationType", new BsonString("update"))
                .append("clusterTime", time)
                .append("ns", ns)
                .append("documentKey", new BsonDocument("_id", new BsonInt32(1)))
                .append("splitEvent", new BsonDocument("fragment", new BsonInt32(1)).append("of", new BsonInt32(2))));
        StreamSplitReader reader = reader(fromStart());
        assertThat(all(reader)).isEmpty();
        server.event(new BsonDocument("clusterTime", time)
                .append("updateDescription", new BsonDocument("updatedFields", new BsonDocument("v", new BsonInt32(1))))
                .append("splitEvent", new BsonDocument("fragment", new BsonInt32(2)).append("of", new BsonInt32(2))));
        List<Fetched> fetched = all(reader);
        assertThat(events(fetched)).hasSize(1);
        assertThat(events(fetched).get(0).delta()).isNotNull();
        assertThat(events(fetched).get(0).documentKey()).isNotNull();
    }

    @Test
    void fragmentsAreAskedForOnlyWhereTheServerHasThem() throws IOException {
        Map<List<Integer>, Boolean> versions = Map.of(
                List.of(5, 0, 7),
                false,
                List.of(6, 0, 8),
                false,
                List.of(6, 0, 9),
                true,
                List.of(6, 1, 0),
                true,
                List.of(7, 0, 0),
                true,
                List.of(8, 0, 4),
                true);
        for (Map.Entry<List<Integer>, Boolean> version : versions.entrySet()) {
            assertThat(askedOf(version.getKey()).pipeline().toString().contains("$changeStreamSplitLargeEvent"))
                    .as("%s", version.getKey())
                    .isEqualTo(version.getValue());
        }
    }

    @Test
    void stepsOfAmbiguousPathsAreAskedForWhereTheServerNamesThem() throws IOException {
        assertThat(askedOf(List.of(5, 0, 7)).expandedEvents()).isFalse();
        assertThat(askedOf(List.of(6, 0, 16)).expandedEvents()).isFalse();
        assertThat(askedOf(List.of(6, 1, 0)).expandedEvents()).isTrue();
        assertThat(askedOf(List.of(8, 0, 4)).expandedEvents()).isTrue();
    }

    private ChangeQuery askedOf(List<Integer> version) throws IOException {
        ScriptedServer other = new ScriptedServer().version(version.toArray(Integer[]::new));
        StreamReading.reader(other, new Scope(Set.of(ORDERS), List.of()), control, fromStart())
                .fetch();
        return other.asked().stream()
                .filter(ChangeQuery.class::isInstance)
                .map(ChangeQuery.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDroppedCollectionGetsAFloorInTheStreamsOrderAndItsRowsMayNoLongerMeetEvents() throws IOException {
        server.insert("shop.orders", document(1, "v"));
        long dropped = server.drop("shop.orders");
        server.insert("shop.orders", document(1, "again"));
        List<Fetched> fetched = all(reader(fromStart()));
        assertThat(floors(fetched))
                .hasSize(Key.CELLS)
                .allSatisfy(floor -> assertThat(floor.version().clusterTime()).isEqualTo(dropped));
        assertThat(events(fetched)).extracting(ChangeEvent::epochStart).containsExactly(start, 0L);
        assertThat(fetched.get(fetched.size() - 1)).isInstanceOf(Fetched.Change.class);
    }

    @Test
    void aRenameOntoTheCollectionIsSeenAndAsksForAPass() throws IOException {
        server.insert("shop.orders", document(1, "old"));
        server.insert("shop.other", document(1, "new"));
        long renamed = server.rename("shop.other", "shop.orders");
        server.insert("shop.orders", document(2, "behind"));
        List<Fetched> fetched = all(reader(fromStart()));
        assertThat(floors(fetched)).hasSize(Key.CELLS);
        Fetched.Progress progress = (Fetched.Progress) fetched.stream()
                .filter(each ->
                        each instanceof Fetched.Progress made && !made.wanted().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(progress.wanted()).containsExactly(new StreamSplit.WantedEpoch(ORDERS, 2, renamed));
        assertThat(events(fetched).get(1).epochStart()).isEqualTo(renamed);
        assertThat(events(fetched).get(1).epoch()).isEqualTo(2);
    }

    @Test
    void aFloorGoesOnAtTheCellWhereItStopped() throws IOException {
        server.insert("shop.orders", document(1, "v"));
        StreamPosition before = ((Fetched.Change) all(reader(fromStart())).get(0)).position();
        long dropped = server.drop("shop.orders");
        StreamSplit stopped = new StreamSplit(
                before,
                0,
                Map.of(ORDERS, new NamespaceEpoch(1, start)),
                List.of(),
                FloorSweep.of(ORDERS, dropped, 1, 65_000),
                0,
                true,
                false);
        List<Floor> floors = floors(all(reader(stopped)));
        assertThat(floors).hasSize(Key.CELLS - 65_000);
        assertThat(floors.get(0).cellNumber()).isEqualTo(65_000);
    }

    @Test
    void theStreamEndsBehindItsLastTimeAndNeverBetweenEventsOfOneTime() throws IOException {
        server.insert("shop.orders", document(0, "v"));
        server.transaction(() -> {
            server.insert("shop.orders", document(1, "v"));
            server.insert("shop.orders", document(2, "v"));
        });
        control.stopAfter(server.operationTime());
        server.insert("shop.orders", document(3, "behind"));
        assertThat(events(all(reader(fromStart())))).hasSize(3);
    }
}
