/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class FailPointITCase {
    private final ScriptedServer app = ScriptedServer.start();
    private final MongoClient plain =
            MongoClients.create(app.server.uri() + "&retryWrites=false&retryReads=false&appName=plain");

    @AfterEach
    void close() {
        plain.close();
        app.close();
    }

    @Test
    void aCommandFailsAsOftenAsAskedFor() {
        fail(new Document("times", 2), new Document("failCommands", List.of("ping")).append("errorCode", 91));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::ping).isInstanceOfSatisfying(MongoException.class, e -> assertThat(e.getCode())
                    .isEqualTo(91));
        }
        assertThat(ping()).containsEntry("ok", 1.0);
    }

    @Test
    void itFailsUntilItIsSwitchedOffAndOnlyForTheNamedApplication() {
        Document data = new Document("failCommands", List.of("ping"))
                .append("errorCode", 2)
                .append("appName", "plain");
        fail("alwaysOn", data);
        assertThatThrownBy(this::ping).isInstanceOf(MongoException.class);
        assertThat(app.db.runCommand(new Document("ping", 1))).containsEntry("ok", 1.0);
        fail("off", new Document());
        assertThat(ping()).containsEntry("ok", 1.0);
    }

    @Test
    void aConnectionIsClosed() {
        fail(new Document("times", 1), new Document("failCommands", List.of("ping")).append("closeConnection", true));
        assertThatThrownBy(this::ping).isInstanceOf(MongoSocketException.class);
    }

    @Test
    void aBlockedCommandGoesOnAfterwards() {
        Document data = new Document("failCommands", List.of("ping"))
                .append("blockConnection", true)
                .append("blockTimeMS", 300);
        fail(new Document("times", 1), data);
        long start = System.nanoTime();
        assertThat(ping()).containsEntry("ok", 1.0);
        assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
    }

    @Test
    void labelsAreThoseThatAreAskedFor() {
        Document data = new Document("failCommands", List.of("ping"))
                .append("errorCode", 6)
                .append("errorLabels", List.of("Mine"));
        fail(new Document("times", 1), data);
        assertThatThrownBy(this::ping).isInstanceOfSatisfying(MongoException.class, e -> assertThat(e.getErrorLabels())
                .containsExactly("Mine"));
    }

    @Test
    void aRetryableWriteIsTriedAgainByTheDriver() {
        fail(new Document("times", 1), new Document("failCommands", List.of("insert")).append("errorCode", 10107));
        app.docs.insertOne(new Document("_id", 1));
        assertThat(app.docs.countDocuments()).isEqualTo(1);
    }

    @Test
    void aChangeStreamIsResumedByTheDriver() {
        try (var cursor = app.watch()) {
            app.docs.insertOne(new Document("_id", 1));
            cursor.next();
            fail(new Document("times", 1), new Document("failCommands", List.of("getMore")).append("errorCode", 234));
            app.docs.insertOne(new Document("_id", 2));
            assertThat(cursor.next().getDocumentKey().getInt32("_id").getValue())
                    .isEqualTo(2);
        }
    }

    private Document ping() {
        return plain.getDatabase("app").runCommand(new Document("ping", 1));
    }

    private void fail(Object mode, Document data) {
        app.client
                .getDatabase("admin")
                .runCommand(new Document("configureFailPoint", "failCommand")
                        .append("mode", mode)
                        .append("data", data));
    }
}
