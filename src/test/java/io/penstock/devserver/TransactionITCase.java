/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TransactionITCase {
    private static final Document ONE = new Document("_id", 1);

    @Test
    void nobodyElseSeesATransactionBeforeItCommits() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            app.docs.insertOne(new Document(ONE).append("v", 1));
            session.startTransaction();
            app.docs.updateOne(session, ONE, new Document("$set", new Document("v", 2)));
            app.docs.insertOne(session, new Document("_id", 2));
            assertThat(app.docs.find(session)).hasSize(2);
            assertThat(app.docs.find()).containsExactly(new Document(ONE).append("v", 1));
            assertThat(app.events("docs", new Document())).hasSize(1);
            session.commitTransaction();
            assertThat(app.docs.find()).hasSize(2);
            assertThat(app.docs.countDocuments()).isEqualTo(2);
            assertThat(app.events("docs", new Document())).hasSize(3);
        }
    }

    @Test
    void anAbortedTransactionLeavesNothing() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            app.docs.createIndex(new Document("u", 1), new com.mongodb.client.model.IndexOptions().unique(true));
            app.docs.insertOne(new Document(ONE).append("u", 1));
            session.startTransaction();
            app.docs.deleteOne(session, ONE);
            app.docs.insertOne(session, new Document("_id", 2).append("u", 2));
            app.docs.updateOne(session, new Document("_id", 2), new Document("$set", new Document("u", 3)));
            session.abortTransaction();
            assertThat(app.docs.find()).containsExactly(new Document(ONE).append("u", 1));
            assertThat(app.docs.estimatedDocumentCount()).isEqualTo(1);
            app.docs.insertOne(new Document("_id", 2).append("u", 2));
            assertThatThrownBy(() -> app.docs.insertOne(new Document("_id", 3).append("u", 1)))
                    .hasMessageContaining("E11000");
        }
    }

    @Test
    void theSecondTransactionToWriteADocumentIsTheOneThatFails() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession first = app.client.startSession();
                ClientSession second = app.client.startSession()) {
            app.docs.insertOne(ONE);
            first.startTransaction();
            second.startTransaction();
            assertThat(app.docs.find(second)).hasSize(1);
            app.docs.updateOne(first, ONE, new Document("$set", new Document("v", 1)));
            assertConflict(() -> app.docs.updateOne(second, ONE, new Document("$set", new Document("v", 2))));
            first.commitTransaction();
            assertThatThrownBy(second::commitTransaction)
                    .isInstanceOfSatisfying(
                            MongoException.class, e -> assertThat(e.getCode()).isEqualTo(251));

            // Also when the first has committed meanwhile: the second reads an older state.
            second.startTransaction();
            assertThat(app.docs.find(second)).hasSize(1);
            app.docs.updateOne(ONE, new Document("$set", new Document("v", 3)));
            assertThat(app.docs.find(second).first()).containsEntry("v", 1);
            assertConflict(() -> app.docs.deleteOne(second, ONE));
        }
    }

    private static void assertConflict(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
        assertThatThrownBy(write).isInstanceOfSatisfying(MongoException.class, e -> {
            assertThat(e.getCode()).isEqualTo(112);
            assertThat(e.hasErrorLabel("TransientTransactionError")).isTrue();
        });
    }

    @Test
    void aPlainWriteWaitsForTheTransactionInItsWay() throws Exception {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            app.docs.insertMany(List.of(ONE, new Document("_id", 2)));
            session.startTransaction();
            app.docs.updateOne(session, ONE, new Document("$inc", new Document("v", 1)));
            app.docs.updateOne(new Document("_id", 2), new Document("$inc", new Document("v", 1)));
            CompletableFuture<?> waiting = CompletableFuture.supplyAsync(
                    () -> app.docs.updateMany(new Document(), new Document("$inc", new Document("v", 10))));
            Awaitility.await().during(200, TimeUnit.MILLISECONDS).until(() -> !waiting.isDone());
            session.commitTransaction();
            waiting.get(4, TimeUnit.MINUTES);
            assertThat(app.docs.find())
                    .containsExactly(new Document(ONE).append("v", 11), new Document("_id", 2).append("v", 11));
        }
    }

    @Test
    void aRetriedWriteIsAnsweredAndNotDoneAgain() {
        try (ScriptedServer app = ScriptedServer.start();
                ClientSession session = app.client.startSession()) {
            app.docs.insertOne(session, ONE);
            Document update = new Document("q", ONE).append("u", new Document("$inc", new Document("v", 1)));
            Document command = new Document("update", "docs")
                    .append("updates", List.of(update))
                    .append("txnNumber", 77L);
            Document first = app.db.runCommand(session, command);
            Document again = app.db.runCommand(session, command);
            assertThat(again.getInteger("nModified"))
                    .isEqualTo(first.getInteger("nModified"))
                    .isEqualTo(1);
            assertThat(app.docs.find().first()).containsEntry("v", 1);
        }
    }
}
