/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static io.penstock.store.LetterState.OPEN;
import static io.penstock.store.LetterState.REPLAYED;
import static io.penstock.store.LetterState.REQUESTED;
import static io.penstock.store.LetterState.SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.LetterEvent;
import io.penstock.record.LetterEvent.Refused;
import io.penstock.record.LetterEvent.Replayed;
import io.penstock.record.LetterEvent.Superseded;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every place for dead letters keeps to. Each test has a place of its own. */
abstract class LettersConformance {
    static final String JOB = "cities";
    private static final long SECOND = 1_760_000_000L;
    private static final String ALL_TYPES =
            """
            {"_id": %s, "double": {"$numberDouble": "-0.0"}, "nan": {"$numberDouble": "NaN"}, "text": "ä\\u0000\\uD83D\\uDE00", "": "no name",
             "a.b": 1, "$c": {"d": []}, "array": [1, {"e": null}], "binary": {"$binary": {"base64": "AAECAw==", "subType": "05"}},
             "undefined": {"$undefined": true}, "oid": {"$oid": "65a1b2c3d4e5f60718293a4b"}, "bool": false,
             "date": {"$date": {"$numberLong": "-1"}}, "regex": {"$regularExpression": {"pattern": "a/b", "options": "im"}},
             "pointer": {"$dbPointer": {"$ref": "db.c", "$id": {"$oid": "65a1b2c3d4e5f60718293a4b"}}}, "code": {"$code": "f()"},
             "symbol": {"$symbol": "s"}, "scope": {"$code": "f()", "$scope": {"x": 1}}, "int": 1, "time": {"$timestamp": {"t": 4294967295, "i": 1}},
             "long": {"$numberLong": "9007199254740993"}, "decimal": {"$numberDecimal": "1.00"}, "min": {"$minKey": 1}, "max": {"$maxKey": 1}}
            """;

    /** Another connection to the same place, as another process has it. To be closed by the test. */
    abstract LetterStore open() throws Exception;

    static ChangeRecord change(int n) {
        return Changes.insert(Changes.CITIES, "{_id: " + n + "}", version(n), Changes.bson("{_id: " + n + ", n: 'x'}"));
    }

    static Version version(int n) {
        return Version.event(Changes.clusterTime(SECOND + n, 1));
    }

    static DeadLetter letter(String sink, ChangeRecord change, int attempts) {
        return new DeadLetter(sink, change, Reason.INVALID, "121", "Document failed validation", attempts);
    }

    static Refused refused(int n) {
        return new Refused(letter("orders", change(n), 1));
    }

    static Refused again(int n, int attempts) {
        return new Refused(letter("orders", change(n), attempts));
    }

    static List<LetterEvent> refused(int from, int to) {
        return IntStream.range(from, to)
                .<LetterEvent>mapToObj(LettersConformance::refused)
                .toList();
    }

    private static LetterEntry only(LetterStore letters) throws Exception {
        List<LetterEntry> all = letters.list(LetterFilter.ALL);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static LetterState state(LetterStore letters, int n) throws Exception {
        return letters.list(LetterFilter.ALL.beginning(refused(n).id())).get(0).state();
    }

    static void assertSame(DeadLetter found, DeadLetter expected) throws Exception {
        assertThat(ChangeBytes.of(found.change())).isEqualTo(ChangeBytes.of(expected.change()));
        assertThat(found.id()).isEqualTo(expected.id());
        assertThat(found).usingRecursiveComparison().ignoringFields("change").isEqualTo(expected);
    }

    @Test
    void aPlaceThatNobodyWroteToIsEmpty() throws Exception {
        try (LetterStore letters = open()) {
            assertThat(letters.list(LetterFilter.ALL)).isEmpty();
            assertThat(letters.open("orders")).isZero();
            assertThat(letters.stored(List.of("00"))).isZero();
            assertThat(letters.requested(Map.of(), Long.MAX_VALUE)).isEmpty();
            assertThat(letters.read("00")).isEmpty();
            letters.request("00");
            letters.purge("00");
            letters.settle(List.of());
            letters.settle(List.of(new Replayed("00"), new Superseded("01")));
            assertThat(letters.list(LetterFilter.ALL)).isEmpty();
        }
    }

    @Test
    void allThatIsKnownOfALetterIsListedAndItsChangeIsReadBack() throws Exception {
        Instant begun = Instant.now().minusSeconds(60);
        DeadLetter letter = letter("orders", change(7), 1);
        try (LetterStore letters = open()) {
            letters.settle(List.of(new Refused(letter)));
        }
        try (LetterStore letters = open()) {
            LetterEntry entry = only(letters);
            assertThat(entry)
                    .isEqualTo(LetterEntry.of(letter, entry.refused()))
                    .extracting(LetterEntry::ns, LetterEntry::key, LetterEntry::op, LetterEntry::ts)
                    .containsExactly("geo.cities", "{\"_id\": {\"$numberInt\": \"7\"}}", "c", "2025-10-09T08:53:27Z");
            assertThat(Instant.parse(entry.refused()))
                    .isBetween(begun, Instant.now().plusSeconds(60));
            assertSame(letters.read(letter.id()).orElseThrow(), letter);
        }
    }

    @Test
    void whatIsSettledAgainIsThereOnceAndUnchanged() throws Exception {
        List<LetterEvent> events = new ArrayList<>(refused(0, 5));
        events.add(new Replayed(refused(3).id()));
        events.addAll(refused(3, 4));
        events.addAll(refused(0, 2));
        try (LetterStore letters = open()) {
            letters.settle(events);
            List<LetterEntry> first = letters.list(LetterFilter.ALL);
            letters.settle(events);
            letters.settle(refused(0, 5));
            assertThat(letters.list(LetterFilter.ALL)).isEqualTo(first).hasSize(5);
            try (LetterStore later = open()) {
                later.settle(events);
                assertThat(later.list(LetterFilter.ALL)).isEqualTo(first);
            }
        }
    }

    @Test
    void aLetterGoesThroughItsStates() throws Exception {
        String id = refused(1).id();
        try (LetterStore letters = open();
                LetterStore others = open()) {
            letters.settle(refused(1, 2));
            assertThat(only(others).state()).isEqualTo(OPEN);
            others.request(id);
            others.request(id);
            assertThat(only(letters).state()).isEqualTo(REQUESTED);
            assertThat(letters.open("orders")).isEqualTo(1);

            letters.settle(List.of(again(1, 2)));
            assertThat(only(others))
                    .extracting(LetterEntry::state, LetterEntry::attempts)
                    .containsExactly(OPEN, 2);
            // What was settled before is settled again after a failure.
            letters.settle(List.of(again(1, 1)));
            assertThat(only(others))
                    .extracting(LetterEntry::state, LetterEntry::attempts)
                    .containsExactly(OPEN, 2);

            others.request(id);
            letters.settle(List.of(again(1, 2)));
            assertThat(only(others).state()).isEqualTo(REQUESTED);
            letters.settle(List.of(new Replayed(id)));
            assertThat(only(others).state()).isEqualTo(REPLAYED);
            assertThat(letters.open("orders")).isZero();

            letters.settle(List.of(again(1, 3), new Superseded(id)));
            others.request(id);
            assertThat(only(others))
                    .extracting(LetterEntry::state, LetterEntry::attempts)
                    .containsExactly(REPLAYED, 2);
            assertSame(others.read(id).orElseThrow(), letter("orders", change(1), 2));
        }
    }

    @Test
    void refusedAgainTheTargetsLastWordsCount() throws Exception {
        try (LetterStore letters = open()) {
            letters.settle(refused(1, 2));
            letters.request(refused(1).id());
            letters.settle(List.of(new Refused(
                    new DeadLetter("orders", change(1), Reason.TOO_LARGE, "10334", "BSONObj size is invalid", 2))));
            assertThat(only(letters))
                    .extracting(LetterEntry::reason, LetterEntry::code, LetterEntry::message)
                    .containsExactly(Reason.TOO_LARGE, "10334", "BSONObj size is invalid");
            assertThat(letters.read(refused(1).id()).orElseThrow().attempts()).isEqualTo(2);
        }
    }

    @Test
    void aLetterMayBeSupersededWithoutHavingBeenAskedFor() throws Exception {
        try (LetterStore letters = open()) {
            letters.settle(
                    List.of(refused(1), refused(2), new Superseded(refused(2).id())));
            assertThat(state(letters, 2)).isEqualTo(SUPERSEDED);
            assertThat(letters.open("orders")).isEqualTo(1);
        }
    }

    @Test
    void onlyWhatIsOpenIsCountedAndOfItsSinkOnly() throws Exception {
        try (LetterStore letters = open()) {
            letters.settle(refused(0, 6));
            letters.settle(List.of(new Refused(letter("base", change(0), 1))));
            letters.request(refused(0).id());
            letters.settle(List.of(
                    new Replayed(refused(1).id()), new Superseded(refused(2).id())));
            letters.purge(refused(3).id());
            assertThat(letters.open("orders")).isEqualTo(3);
            assertThat(letters.open("base")).isEqualTo(1);
            assertThat(letters.open("other")).isZero();
            assertThat(letters.stored(List.of(
                            refused(0).id(),
                            refused(1).id(),
                            refused(2).id(),
                            refused(3).id())))
                    .as("whatever became of them, unless they were purged")
                    .isEqualTo(3);
        }
    }

    @Test
    void lettersAreFoundByTheirSinkCollectionStateAndTheBeginningOfTheirId() throws Exception {
        Namespace shop = new Namespace("shop", "orders");
        ChangeRecord order = Changes.insert(shop, "{_id: 'o'}", version(1), Changes.bson("{_id: 'o'}"));
        try (LetterStore letters = open()) {
            letters.settle(refused(2, 5));
            letters.settle(List.of(
                    new Refused(letter("base", order, 1)),
                    new Superseded(refused(4).id())));
            assertThat(letters.list(LetterFilter.ALL.ofSink("base")))
                    .extracting(LetterEntry::ns)
                    .containsExactly("shop.orders");
            assertThat(letters.list(LetterFilter.ALL.ofNamespace("geo.cities"))).hasSize(3);
            assertThat(letters.list(LetterFilter.ALL.in(EnumSet.of(SUPERSEDED)).ofSink("orders")))
                    .hasSize(1);
            assertThat(letters.list(LetterFilter.ALL.ofSink("base").ofNamespace("geo.cities")))
                    .isEmpty();
            for (LetterEntry each : letters.list(LetterFilter.ALL)) {
                assertThat(letters.list(LetterFilter.ALL.beginning(each.id().substring(0, 20))))
                        .containsExactly(each);
            }
            assertThat(letters.list(LetterFilter.ALL.beginning("zz"))).isEmpty();
            assertThat(letters.list(LetterFilter.ALL))
                    .extracting(LetterEntry::version)
                    .isSorted()
                    .hasSize(4);
        }
    }

    @Test
    void whatIsAskedForComesOldestFirstWithoutThoseUnderWayAndNotTooMuchAtOnce() throws Exception {
        int size = 1000;
        List<DeadLetter> large = IntStream.of(3, 1, 2, 0)
                .mapToObj(n -> letter(
                        "orders", Changes.insert(Changes.CITIES, "{_id: " + n + "}", version(n), sized(n, size)), 1))
                .toList();
        try (LetterStore letters = open()) {
            for (DeadLetter each : large) {
                letters.settle(List.of(new Refused(each)));
                letters.request(each.id());
            }
            letters.settle(refused(9, 10));
            assertThat(ids(letters.requested(Map.of(), Long.MAX_VALUE)))
                    .containsExactly(id(large, 3), id(large, 1), id(large, 2), id(large, 0));
            assertThat(ids(letters.requested(Map.of(id(large, 1), 1), Long.MAX_VALUE)))
                    .containsExactly(id(large, 3), id(large, 2), id(large, 0));
            assertThat(ids(letters.requested(Map.of(), 2 * size))).containsExactly(id(large, 3), id(large, 1));
            assertThat(ids(letters.requested(Map.of(id(large, 3), 1), 1))).containsExactly(id(large, 1));
            // Refused again, and asked for once more: another replay.
            letters.settle(List.of(new Refused(letter("orders", large.get(3).change(), 2))));
            letters.request(id(large, 3));
            assertThat(ids(letters.requested(Map.of(id(large, 3), 1), 1))).containsExactly(id(large, 3));
        }
    }

    private static String id(List<DeadLetter> letters, int n) {
        return letters.get(n).id();
    }

    private static List<String> ids(List<DeadLetter> letters) {
        return letters.stream().map(DeadLetter::id).toList();
    }

    /** A document of so many bytes. */
    private static byte[] sized(int id, int size) {
        int frame = Changes.bson(document(id, new byte[0])).length;
        byte[] noise = new byte[size - frame];
        new Random(id).nextBytes(noise);
        return Changes.bson(document(id, noise));
    }

    private static BsonDocument document(int id, byte[] content) {
        return new BsonDocument("_id", new BsonInt32(id)).append("b", new BsonBinary(content));
    }

    @Test
    void theLargestDocumentsFitWithWhatWasThereBefore() throws Exception {
        byte[] largest = sized(1, 16 * 1024 * 1024);
        ChangeRecord insert = Changes.insert(Changes.CITIES, "{_id: 1}", version(1), largest);
        ChangeRecord update = withBefore(insert, sized(1, 16 * 1024 * 1024 - 1));
        DeadLetter letter = new DeadLetter("orders", update, Reason.TOO_LARGE, "10334", "too large", 1);
        try (LetterStore letters = open()) {
            letters.settle(List.of(new Refused(letter)));
            letters.settle(List.of(new Refused(letter)));
            letters.request(letter.id());
        }
        try (LetterStore letters = open()) {
            assertThat(only(letters).documentBytes()).isEqualTo(16 * 1024 * 1024);
            assertSame(letters.requested(Map.of(), 1).get(0), letter);
            letters.purge(letter.id());
            assertThat(letters.read(letter.id())).isEmpty();
        }
    }

    private static ChangeRecord withBefore(ChangeRecord change, byte[] before) {
        return new ChangeRecord(
                Op.UPDATE,
                change.namespace(),
                change.key(),
                change.documentKey(),
                change.version(),
                3,
                change.document(),
                before,
                change.epoch(),
                change.window(),
                change.shape(),
                change.exportVersion(),
                change.rowHash(),
                change.rowHash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "{\"$numberDouble\": \"-0.0\"}",
                "{\"$numberDecimal\": \"1.00\"}",
                "null",
                "\"\"",
                "\"a/b\\u0000..\\\"\\uD83D\\uDE00\"",
                "{\"a\": {\"$date\": {\"$numberLong\": \"0\"}}, \"b\": [1]}",
                "{\"$binary\": {\"base64\": \"AAECAw==\", \"subType\": \"04\"}}",
                "{\"$maxKey\": 1}"
            })
    void everyKindOfValueAndOfKeyIsReadBackByteForByte(String id) throws Exception {
        byte[] document = Changes.bson(ALL_TYPES.formatted(id));
        Namespace odd = new Namespace("a$b", "c.d/é..");
        ChangeRecord change = Changes.insert(odd, "{\"_id\": " + id + ", \"shard\": \"x\"}", Version.row(7), document);
        DeadLetter letter = new DeadLetter("orders", change, Reason.UNMAPPABLE, null, null, 1);
        try (LetterStore letters = open()) {
            letters.settle(List.of(new Refused(letter)));
            assertSame(letters.read(letter.id()).orElseThrow(), letter);
            assertThat(BsonDocument.parse(only(letters).key()).get("_id"))
                    .isEqualTo(BsonDocument.parse("{\"_id\": " + id + "}").get("_id"));
        }
    }

    @Test
    void aVeryLongKeyIsListedShortAndKeptWhole() throws Exception {
        BsonDocument key = new BsonDocument("_id", new BsonString("k".repeat(2_000_000)));
        ChangeRecord change = Changes.of(Op.CREATE, Changes.CITIES, Changes.bson(key), version(1), Changes.bson(key));
        DeadLetter letter = letter("orders", change, 1);
        try (LetterStore letters = open()) {
            letters.settle(List.of(new Refused(letter)));
            assertThat(only(letters).key()).hasSizeLessThan(1_100).endsWith("…");
            assertSame(letters.read(letter.id()).orElseThrow(), letter);
        }
    }

    @Test
    void aDeleteHasNoDocument() throws Exception {
        DeadLetter letter = letter("orders", Changes.delete(Changes.CITIES, "{_id: 1}", version(1)), 1);
        try (LetterStore letters = open()) {
            letters.settle(List.of(new Refused(letter)));
            assertThat(only(letters))
                    .extracting(LetterEntry::op, LetterEntry::documentBytes, LetterEntry::rowHash, LetterEntry::shape)
                    .containsExactly("d", 0L, null, null);
            assertSame(letters.read(letter.id()).orElseThrow(), letter);
        }
    }

    @Test
    void whatIsPurgedIsGoneAndThereAgainWhenItIsRefusedAgain() throws Exception {
        try (LetterStore letters = open();
                LetterStore others = open()) {
            letters.settle(refused(0, 3));
            others.purge(refused(1).id());
            assertThat(letters.list(LetterFilter.ALL))
                    .extracting(LetterEntry::id)
                    .containsExactly(refused(0).id(), refused(2).id());
            assertThat(letters.read(refused(1).id())).isEmpty();
            letters.settle(List.of(new Replayed(refused(1).id())));
            assertThat(others.list(LetterFilter.ALL)).hasSize(2);

            letters.settle(List.of(again(1, 2)));
            assertThat(state(others, 1)).isEqualTo(OPEN);
            assertSame(others.read(refused(1).id()).orElseThrow(), letter("orders", change(1), 2));
            others.purge(refused(1).id());
            letters.settle(refused(1, 2));
            assertThat(others.list(LetterFilter.ALL)).hasSize(3);
        }
    }

    @Test
    void lettersOfTwoWritersAtTheSameTimeAreThereOnceAndWhole() throws Exception {
        int letters = 40;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> writing = () -> {
                try (LetterStore mine = open()) {
                    for (int n = 0; n < letters; n += 4) {
                        mine.settle(refused(n, n + 4));
                        mine.settle(List.of(new Replayed(refused(n).id()), again(n + 1, 2)));
                    }
                }
                return null;
            };
            for (Future<Void> done : pool.invokeAll(List.of(writing, writing))) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
        try (LetterStore after = open()) {
            List<LetterEntry> all = after.list(LetterFilter.ALL);
            assertThat(all).extracting(LetterEntry::id).doesNotHaveDuplicates().hasSize(letters);
            for (int n = 0; n < letters; n++) {
                assertThat(all.get(n))
                        .extracting(LetterEntry::state, LetterEntry::attempts)
                        .containsExactly(n % 4 == 0 ? REPLAYED : OPEN, n % 4 == 1 ? 2 : 1);
                assertSame(after.read(all.get(n).id()).orElseThrow(), letter("orders", change(n), n % 4 == 1 ? 2 : 1));
            }
        }
    }
}
