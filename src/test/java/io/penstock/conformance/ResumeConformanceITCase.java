/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoCommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Tokens: what they look like, where they lead, and which are refused. */
class ResumeConformanceITCase extends Conformance {
    private static final int HEX_TIME_END = 18;

    private List<BsonDocument> history(int events) {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            for (int i = 0; i < events; i++) {
                insert("{_id: " + i + "}");
            }
            return stream.next(events);
        }
    }

    private static List<Integer> ids(List<BsonDocument> events) {
        return events.stream()
                .map(e -> e.getDocument("documentKey").getInt32("_id").getValue())
                .toList();
    }

    private static BsonDocument token(BsonDocument event) {
        return event.getDocument("_id");
    }

    @Test
    void plainOrderOfTokensIsTheOrderOfEvents() {
        List<String> tokens = history(20).stream().map(e -> data(token(e))).toList();
        assertThat(tokens).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aTokenBeginsWithTheClusterTimeOfItsEvent() {
        for (BsonDocument event : history(3)) {
            assertThat(data(token(event))).startsWith("82" + hex(event.getTimestamp("clusterTime")));
        }
    }

    @Test
    void aTokenHoldsThePlaceInItsTransactionAndTheCollection() {
        String uuid = run("{listCollections: 1, filter: {name: 'docs'}}")
                .getDocument("cursor")
                .getArray("firstBatch")
                .get(0)
                .asDocument()
                .getDocument("info")
                .getBinary("uuid")
                .asUuid()
                .toString()
                .replace("-", "")
                .toUpperCase(java.util.Locale.ROOT);
        String rest = data(token(history(1).get(0))).substring(HEX_TIME_END);
        // The byte that tells the token's format: 1 (written 02) up to 6.x, 2 (written 04) later.
        assertThat(rest).matches("2B0[24]2C0100296E5A1004" + uuid + "[0-9A-F]+");
    }

    @Test
    void anIdleStreamsTokenIsAPlaceBetweenEvents() {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            stream.getMore(0);
            assertThat(data(stream.token())).matches("82[0-9A-F]{16}2B0[24]29296E[01][0-9A-F]+");
        }
    }

    @Test
    void afterAFullBatchThePostBatchTokenIsThatOfItsLastEvent() {
        List<BsonDocument> events = history(5);
        try (EventStream stream = EventStream.on(db, "docs", EventStream.resumeAfter(token(events.get(0))))) {
            List<BsonValue> batch = List.of();
            while (batch.isEmpty()) {
                batch = stream.next(4).stream().map(e -> (BsonValue) e).toList();
            }
            assertThat(data(stream.token())).isGreaterThanOrEqualTo(data(token(events.get(4))));
        }
    }

    @Test
    void resumingAfterAnEventGivesExactlyTheRest() {
        List<BsonDocument> events = history(10);
        try (EventStream stream = EventStream.on(db, "docs", EventStream.resumeAfter(token(events.get(3))))) {
            assertThat(ids(stream.next(6))).isEqualTo(range(4, 10));
        }
    }

    @Test
    void startingAfterAnEventGivesExactlyTheRest() {
        List<BsonDocument> events = history(10);
        try (EventStream stream = EventStream.on(db, "docs", EventStream.startAfter(token(events.get(8))))) {
            assertThat(ids(stream.next(1))).containsExactly(9);
        }
    }

    @Test
    void startingAtATimeIncludesTheEventsOfThatTime() {
        BsonTimestamp time = history(10).get(7).getTimestamp("clusterTime");
        try (EventStream stream = EventStream.on(db, "docs", start(time))) {
            assertThat(ids(stream.next(3))).isEqualTo(range(7, 10));
        }
    }

    private static String start(BsonTimestamp time) {
        return new BsonDocument("startAtOperationTime", time).toJson();
    }

    @Test
    void theDriverGoesOnAfterItsToken() {
        insert("{_id: 0}");
        BsonDocument token;
        try (var cursor = docs.watch().maxAwaitTime(100, TimeUnit.MILLISECONDS).cursor()) {
            cursor.tryNext();
            token = cursor.getResumeToken();
            assertThat(token).isNotNull();
        }
        insert("{_id: 1}");
        try (var cursor = docs.watch().resumeAfter(token).cursor()) {
            assertThat(cursor.next().getDocumentKey()).isEqualTo(bson("{_id: 1}"));
        }
    }

    @Test
    void anIdleStreamsTokenAdvances() {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            stream.getMore(0);
            String first = data(stream.token());
            // A real server writes an entry that says nothing every ten seconds.
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> {
                stream.getMore(0);
                return data(stream.token()).compareTo(first) > 0;
            });
        }
    }

    @Test
    void resumingFromAnIdleTokenLosesNothing() {
        BsonDocument token;
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            stream.getMore(0);
            token = stream.token();
        }
        insert("{_id: 5}");
        try (EventStream stream = EventStream.on(db, "docs", EventStream.resumeAfter(token))) {
            assertThat(ids(stream.next(1))).containsExactly(5);
        }
    }

    @Test
    void aStreamWhosePipelineHidesEverythingStillAdvances() {
        try (EventStream stream = EventStream.on(db, "docs", "{}", "{$match: {operationType: 'none'}}")) {
            stream.getMore(0);
            String before = data(stream.token());
            insert("{_id: 1}");
            BsonTimestamp written = now();
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> {
                stream.getMore(0);
                return data(stream.token()).substring(2, HEX_TIME_END).compareTo(hex(written)) >= 0;
            });
            assertThat(data(stream.token())).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    void aTokenThatIsNotHexadecimalIsRefused() {
        assertFails(9, () -> EventStream.on(db, "docs", "{resumeAfter: {_data: 'zz'}}")
                .close());
    }

    @Test
    void aTokenThatIsCutShortIsRefused() {
        String whole = data(token(history(1).get(0)));
        String cut = whole.substring(0, 24);
        assertFails(15, () -> EventStream.on(db, "docs", "{resumeAfter: {_data: '" + cut + "'}}")
                .close());
    }

    @Test
    void aTokenWithoutDataIsRefused() {
        assertFails(40647, () -> EventStream.on(db, "docs", "{resumeAfter: {other: 1}}")
                .close());
    }

    @Test
    void oneStartIsEnough() {
        BsonDocument token = token(history(1).get(0));
        String both = "{resumeAfter: " + token.toJson() + ", startAfter: " + token.toJson() + "}";
        MongoCommandException error =
                catchThrowableOfType(MongoCommandException.class, () -> EventStream.on(db, "docs", both)
                        .close());
        assertThat(error).isNotNull();
        assertThat(error.getErrorCode()).isIn(40674, 50865);
    }

    @Test
    void aTimeBeforeTheLogBeginsIsAcceptedOnlyWhileNothingHasLeftTheLog() {
        BsonTimestamp longAgo = new BsonTimestamp(1000, 1);
        MongoCommandException error =
                catchThrowableOfType(MongoCommandException.class, () -> EventStream.on(db, "docs", start(longAgo))
                        .close());
        if (error != null) {
            assertThat(error.getErrorCode()).isEqualTo(286);
        }
    }

    @Test
    void aTimeToComeWaitsForIt() {
        BsonTimestamp now = now();
        BsonTimestamp soon = new BsonTimestamp(now.getTime() + 2, 0);
        try (EventStream stream = EventStream.on(db, "docs", start(soon))) {
            insert("{_id: 'before'}");
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> {
                docs.replaceOne(
                        bson("{_id: 'clock'}"),
                        new BsonDocument("t", now()),
                        new com.mongodb.client.model.ReplaceOptions().upsert(true));
                return now().compareTo(soon) > 0;
            });
            insert("{_id: 'after'}");
            BsonDocument first = stream.next();
            assertThat(first.getTimestamp("clusterTime")).isGreaterThanOrEqualTo(soon);
        }
    }

    @Test
    void aWaitingStreamIsWokenByTheWrite() {
        try (var cursor = docs.watch().maxAwaitTime(90, TimeUnit.SECONDS).cursor()) {
            CompletableFuture<?> next = CompletableFuture.runAsync(cursor::next);
            insert("{_id: 1}");
            assertThat(next).succeedsWithin(Duration.ofSeconds(45));
        }
    }

    @Test
    void fortyIdleStreamsDoNotHoldUpReads() {
        int streams = 40;
        insert("{_id: 1}");
        ExecutorService threads = Executors.newFixedThreadPool(streams);
        List<AutoCloseable> open = new ArrayList<>();
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < streams; i++) {
                var cursor = docs.watch().maxAwaitTime(90, TimeUnit.SECONDS).cursor();
                open.add(cursor);
                waiting.add(CompletableFuture.runAsync(cursor::tryNext, threads));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(docs.find(bson("{_id: 1}")).first()).isNotNull();
            }
            assertThat(waiting).as("streams that wait").noneMatch(CompletableFuture::isDone);
            insert("{_id: 2}");
            CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
        } finally {
            threads.shutdown();
            open.forEach(ResumeConformanceITCase::closeQuietly);
        }
    }

    private static void closeQuietly(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aCursorThatWasKilledIsGone() {
        EventStream stream = EventStream.on(db, "docs", "{}");
        stream.close();
        int cursorNotFound = 43;
        assertFails(
                cursorNotFound,
                () -> db.runCommand(
                        bson("{getMore: {$numberLong: '" + stream.id() + "'}, collection: 'docs'}"),
                        BsonDocument.class));
    }

    @Test
    void aCursorBelongsToItsSession() {
        try (EventStream stream = EventStream.on(db, "docs", "{}");
                var other = CLIENT.startSession()) {
            assertFails(
                    50738,
                    () -> db.runCommand(
                            other,
                            bson("{getMore: {$numberLong: '" + stream.id() + "'}, collection: 'docs'}"),
                            BsonDocument.class));
        }
    }
}
