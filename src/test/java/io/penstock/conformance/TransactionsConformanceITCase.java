/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.Test;

/** Transactions: what others see of them, and how they stand in a change stream. */
class TransactionsConformanceITCase extends Conformance {
    private void committed(java.util.function.Consumer<ClientSession> writes) {
        try (ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            writes.accept(session);
            session.commitTransaction();
        }
    }

    private static int value(BsonDocument document) {
        return document.getInt32("v").getValue();
    }

    @Test
    void allEventsOfATransactionShareOneClusterTimeAndSayWhichItWas() {
        insert("{_id: 1, v: 0}");
        MongoCollection<BsonDocument> other = db.getCollection("other", BsonDocument.class);
        other.insertOne(bson("{_id: 9}"));
        try (EventStream stream = EventStream.onDatabase(db, "{}")) {
            committed(session -> {
                docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 1}}"));
                docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 2}}"));
                other.deleteOne(session, bson("{_id: 9}"));
                docs.insertOne(session, bson("{_id: 2}"));
            });
            List<BsonDocument> events = stream.next(4);
            assertThat(operations(events)).containsExactly("update", "update", "delete", "insert");
            assertThat(events)
                    .extracting(e -> e.getTimestamp("clusterTime"))
                    .containsOnly(events.get(0).getTimestamp("clusterTime"));
            assertThat(events)
                    .extracting(e -> e.getDocument("lsid").getBinary("id"))
                    .containsOnly(events.get(0).getDocument("lsid").getBinary("id"));
            assertThat(events)
                    .allMatch(e -> e.getInt64("txnNumber").getValue()
                            == events.get(0).getInt64("txnNumber").getValue());
            assertThat(events)
                    .extracting(e -> data(e.getDocument("_id")))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aTokenTellsThePlaceInTheTransaction() {
        insert("{_id: 1, v: 0}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            committed(session -> {
                for (int i = 1; i <= 3; i++) {
                    docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: " + i + "}}"));
                }
            });
            List<String> places = stream.next(3).stream()
                    .map(e -> data(e.getDocument("_id")).substring(18))
                    .toList();
            assertThat(places.get(0)).matches("2B0[24]2C0100296E5A.*");
            assertThat(places.get(1)).matches("2B0[24]2C01002B026E5A.*");
            assertThat(places.get(2)).matches("2B0[24]2C01002B046E5A.*");
        }
    }

    @Test
    void aTransactionsEventsStandWhereItCommitted() {
        insert("{_id: 1, v: 0}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            committed(session -> {
                docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 1}}"));
                insert("{_id: 'outside, before the commit'}");
            });
            List<BsonDocument> events = stream.next(2);
            assertThat(operations(events)).containsExactly("insert", "update");
            assertThat(events.get(1).getTimestamp("clusterTime"))
                    .isGreaterThan(events.get(0).getTimestamp("clusterTime"));
        }
    }

    @Test
    void resumingInsideATransactionGivesTheRestOfIt() {
        BsonDocument second;
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            committed(session -> range(0, 5).forEach(i -> docs.insertOne(session, bson("{_id: " + i + "}"))));
            second = stream.next(5).get(1).getDocument("_id");
        }
        try (EventStream stream = EventStream.on(db, "docs", EventStream.resumeAfter(second))) {
            assertThat(stream.next(3))
                    .extracting(
                            e -> e.getDocument("documentKey").getInt32("_id").getValue())
                    .containsExactly(2, 3, 4);
        }
    }

    @Test
    void aBatchInsideATransactionEndsWithATokenOfTheTransactionsTime() {
        insert("{_id: 'first'}");
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            committed(session -> range(0, 23).forEach(i -> docs.insertOne(session, bson("{_id: " + i + "}"))));
            List<?> batch = List.of();
            while (batch.isEmpty()) {
                batch = stream.getMore(3);
            }
            assertThat(batch).hasSize(3);
            BsonDocument last = ((BsonDocument) batch.get(2));
            assertThat(data(stream.token())).startsWith("82" + hex(last.getTimestamp("clusterTime")));
            String between = data(stream.token());
            assertThat(stream.next(23)).hasSize(23);
            try (EventStream rest = EventStream.on(db, "docs", "{resumeAfter: {_data: '" + between + "'}}")) {
                assertThat(rest.next(20)).hasSize(20);
            }
        }
    }

    @Test
    void anAbortedTransactionLeavesNothing() {
        insert("{_id: 1, v: 1}");
        try (EventStream stream = EventStream.on(db, "docs", "{}");
                ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 2}}"));
            docs.insertOne(session, bson("{_id: 2}"));
            session.abortTransaction();
            insert("{_id: 'mark'}");
            assertThat(stream.next().getDocument("documentKey")).isEqualTo(bson("{_id: 'mark'}"));
        }
        assertThat(docs.find(bson("{_id: {$in: [1, 2]}}"))).containsExactly(bson("{_id: 1, v: 1}"));
    }

    @Test
    void nobodyElseSeesATransactionBeforeItCommits() {
        insert("{_id: 1, v: 1}");
        try (ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 2}}"));
            docs.insertOne(session, bson("{_id: 2, v: 2}"));
            assertThat(docs.find(session)).containsExactlyInAnyOrder(bson("{_id: 1, v: 2}"), bson("{_id: 2, v: 2}"));
            assertThat(docs.find()).containsExactly(bson("{_id: 1, v: 1}"));
            session.commitTransaction();
        }
        assertThat(docs.find()).hasSize(2);
    }

    @Test
    void aTransactionReadsOnePointInTime() {
        insert("{_id: 1, v: 1}", "{_id: 2, v: 1}");
        try (ClientSession session = CLIENT.startSession()) {
            session.startTransaction(com.mongodb.TransactionOptions.builder()
                    .readConcern(com.mongodb.ReadConcern.SNAPSHOT)
                    .build());
            assertThat(value(docs.find(session, bson("{_id: 1}")).first())).isEqualTo(1);
            update("{_id: 2}", "{$set: {v: 2}}");
            assertThat(value(docs.find(session, bson("{_id: 2}")).first())).isEqualTo(1);
            session.commitTransaction();
        }
    }

    @Test
    void aSecondTransactionOnTheSameDocumentIsAWriteConflict() {
        insert("{_id: 1, v: 1}");
        try (ClientSession first = CLIENT.startSession();
                ClientSession second = CLIENT.startSession()) {
            first.startTransaction();
            docs.updateOne(first, bson("{_id: 1}"), bson("{$set: {v: 2}}"));
            second.startTransaction();
            MongoException conflict = catchThrowableOfType(
                    MongoException.class, () -> docs.updateOne(second, bson("{_id: 1}"), bson("{$set: {v: 3}}")));
            assertThat(conflict.getCode()).isEqualTo(112);
            assertThat(conflict.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL))
                    .isTrue();
            first.commitTransaction();
        }
        assertThat(value(docs.find(bson("{_id: 1}")).first())).isEqualTo(2);
    }

    @Test
    void aWriteOutsideWaitsForTheTransactionThatHoldsTheDocument() {
        insert("{_id: 1, v: 1}");
        try (ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.updateOne(session, bson("{_id: 1}"), bson("{$set: {v: 2}}"));
            CompletableFuture<Void> outside = CompletableFuture.runAsync(() -> update("{_id: 1}", "{$inc: {v: 10}}"));
            assertThat(outside).failsWithin(Duration.ofMillis(300));
            session.commitTransaction();
            assertThat(outside).succeedsWithin(Duration.ofSeconds(45));
        }
        assertThat(value(docs.find(bson("{_id: 1}")).first())).isEqualTo(12);
    }

    @Test
    void committingTwiceIsHarmless() {
        try (EventStream stream = EventStream.on(db, "docs", "{}");
                ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.insertOne(session, bson("{_id: 1}"));
            session.commitTransaction();
            session.commitTransaction();
            insert("{_id: 'mark'}");
            assertThat(stream.next(2))
                    .extracting(e -> e.getDocument("documentKey"))
                    .containsExactly(bson("{_id: 1}"), bson("{_id: 'mark'}"));
        }
    }

    @Test
    void theDriversHelperRetriesAndCommits() {
        try (ClientSession session = CLIENT.startSession()) {
            session.withTransaction(() -> docs.insertOne(session, bson("{_id: 1}")));
        }
        assertThat(docs.countDocuments()).isEqualTo(1);
    }

    @Test
    void anUnknownTransactionIsSaidToBeNone() {
        try (ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.insertOne(session, bson("{_id: 1}"));
            session.abortTransaction();
            BsonDocument commit = bson("{commitTransaction: 1, autocommit: false}")
                    .append(
                            "txnNumber",
                            new BsonInt64(session.getServerSession().getTransactionNumber()));
            int noSuchTransaction = 251;
            MongoCommandException error =
                    catchThrowableOfType(MongoCommandException.class, () -> CLIENT.getDatabase("admin")
                            .runCommand(session, commit));
            assertThat(error).isNotNull();
            assertThat(error.getErrorCode()).isEqualTo(noSuchTransaction);
        }
    }

    @Test
    void aStreamThatWaitsIsWokenByTheCommit() {
        try (var cursor = docs.watch().maxAwaitTime(90, TimeUnit.SECONDS).cursor()) {
            CompletableFuture<?> next = CompletableFuture.runAsync(cursor::next);
            committed(session -> docs.insertOne(session, bson("{_id: 1}")));
            assertThat(next).succeedsWithin(Duration.ofSeconds(45));
        }
    }
}
