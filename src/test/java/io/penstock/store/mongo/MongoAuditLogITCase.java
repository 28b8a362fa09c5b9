/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.store.AuditChain;
import io.penstock.store.AuditEntry;
import io.penstock.store.AuditEvent;
import io.penstock.store.Author;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoAuditLogITCase {
    private static final Author ANN = new Author("ann@quay, process 7", "2026-11-23T03:00:00Z");

    private DevServer server;
    private MongoClient client;

    @BeforeEach
    void start() {
        server = DevServer.builder().start();
        client = MongoClients.create(server.uri());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void whatIsAppendedIsReadBack() throws Exception {
        MongoAuditLog log = log();
        assertThat(log.lastRecord()).isEmpty();
        AuditEntry first = log.append(AuditEvent.of("start").with("record", 1).with("from", "é\n\"'"), ANN);
        AuditEntry second = log.append(AuditEvent.of("savepoint"), ANN);
        new MongoAuditLog(database(), "cities").append(AuditEvent.of("start").with("record", 9), ANN);
        assertThat(entries()).containsExactly(first, second);
        assertThat(second.previous()).contains(first.hash());
        assertThat(log.lastRecord()).hasValue(1);
        assertThat(problems()).isEmpty();
    }

    @Test
    void whoAppendAtTheSameTimeLoseNothingAndDoNotFork() throws Exception {
        int writers = 8;
        int each = 25;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        List<AuditEntry> appended = new ArrayList<>();
        try {
            List<Callable<List<AuditEntry>>> work = IntStream.range(0, writers)
                    .<Callable<List<AuditEntry>>>mapToObj(writer -> () -> append(each))
                    .toList();
            for (Future<List<AuditEntry>> done : pool.invokeAll(work)) {
                appended.addAll(done.get());
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(entries()).hasSize(writers * each).containsExactlyInAnyOrderElementsOf(appended);
        assertThat(problems()).isEmpty();
    }

    @Test
    void anEntryWhoseAnswerWasLostIsThereOnce() throws Exception {
        MongoAuditLog log = log();
        log.append(AuditEvent.of("start"), ANN);
        failInserts("closeConnection: true");
        log.append(AuditEvent.of("pause"), ANN);
        // Written, and yet an error: whether it was is for the writer to find out.
        failInserts("writeConcernError: {code: 64, errmsg: 'waiting for replication timed out'}");
        log.append(AuditEvent.of("resume"), ANN);
        assertThat(entries()).hasSize(3);
        assertThat(problems()).isEmpty();
    }

    private void failInserts(String how) {
        client.getDatabase("admin")
                .runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: {times: 2},"
                        + " data: {failCommands: ['insert'], " + how + "}}"));
    }

    @Test
    void aStoreThatIsAwayIsAnErrorInOneSentence() {
        DevServer other = DevServer.builder().start();
        try (MongoClient away = MongoClients.create(other.uri() + "&serverSelectionTimeoutMS=200")) {
            other.close();
            assertThatThrownBy(() -> new MongoAuditLog(away.getDatabase("penstock"), "orders").lastRecord())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the metadata store refused, or did not answer");
        }
    }

    @Test
    void whatWasChangedInTheCollectionIsFound() throws Exception {
        MongoAuditLog log = log();
        for (int i = 1; i <= 5; i++) {
            log.append(AuditEvent.of("start").with("record", i), ANN);
        }
        database().getCollection("audit").updateOne(Filters.eq("seq", 3), Updates.set("by", "bob"));
        assertThat(problems()).containsExactly("entry 3 was changed: it does not have the hash that it names");
        database().getCollection("audit").deleteOne(Filters.eq("seq", 3));
        assertThat(problems()).first().asString().contains("entry 4 is the next after 2: those in between are missing");
        database().getCollection("audit").updateOne(Filters.eq("seq", 4), Updates.set("note", "x"));
        assertThatThrownBy(this::problems).hasMessageContaining("4").hasMessageContaining("was changed");
    }

    private List<AuditEntry> append(int times) throws IOException {
        try (MongoClient own = MongoClients.create(server.uri())) {
            MongoAuditLog log = new MongoAuditLog(own.getDatabase("penstock"), "orders");
            List<AuditEntry> appended = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                appended.add(log.append(AuditEvent.of("start"), ANN));
            }
            return appended;
        }
    }

    private MongoDatabase database() {
        return client.getDatabase("penstock");
    }

    private MongoAuditLog log() {
        return new MongoAuditLog(database(), "orders");
    }

    private List<AuditEntry> entries() throws IOException {
        List<AuditEntry> entries = new ArrayList<>();
        log().read(entries::add);
        return entries;
    }

    private List<String> problems() throws IOException {
        AuditChain chain = new AuditChain("orders");
        log().read(chain::add);
        return chain.problems();
    }
}
