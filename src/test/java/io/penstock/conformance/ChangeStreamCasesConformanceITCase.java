/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code change-streams.yaml}, each a test, through the driver's own change streams, which resume. */
class ChangeStreamCasesConformanceITCase {
    private static final String DB = "conformance_cases";
    private static final String OTHER = "conformance_cases_other";
    private static final String APPLICATION = "conformance-cases";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final MongoClient plain = ConformanceServer.client();
    private final MongoDatabase db = plain.getDatabase(DB);

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        Map<String, String> names = Map.of("$db", DB, "$other", OTHER, "$filler", Conformance.filler());
        try (InputStream yaml = getClass().getResourceAsStream("/conformance/change-streams.yaml")) {
            return StreamCase.read(yaml, names).stream()
                    .map(one -> DynamicTest.dynamicTest(one.rule(), () -> run(one)));
        }
    }

    private void run(StreamCase one) {
        Assumptions.assumeTrue(
                ConformanceServer.isAtLeast(one.since()[0], one.since()[1]), "needs a newer server: " + one.rule());
        db.drop();
        plain.getDatabase(OTHER).drop();
        db.createCollection("docs");
        one.documents("given").forEach(this::command);
        List<BsonDocument> sent = Collections.synchronizedList(new ArrayList<>());
        try (MongoClient client = listening(sent)) {
            List<BsonDocument> events = new ArrayList<>();
            MongoException error = watch(one, client, events);
            check(one, events, error, sent);
        } finally {
            if (one.has("failCommand")) {
                Conformance.admin("{configureFailPoint: 'failCommand', mode: 'off'}");
            }
            db.drop();
            plain.getDatabase(OTHER).drop();
        }
    }

    /** Runs a command in the case's database, or in the one that its {@code $db} names. */
    private void command(BsonDocument command) {
        BsonDocument sent = command.clone();
        BsonValue other = sent.remove("$db");
        plain.getDatabase(other == null ? DB : other.asString().getValue()).runCommand(sent);
    }

    private static MongoClient listening(List<BsonDocument> sent) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(ConformanceServer.uri()))
                .applicationName(APPLICATION)
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        if (List.of("aggregate", "getMore").contains(event.getCommandName())) {
                            sent.add(event.getCommand().clone());
                        }
                    }
                })
                .build());
    }

    /** Watches, lets the case happen and collects what comes; an error is given back. */
    private MongoException watch(StreamCase one, MongoClient client, List<BsonDocument> events) {
        try (MongoCursor<BsonDocument> cursor =
                stream(one, client).withDocumentClass(BsonDocument.class).cursor()) {
            failFromHere(one);
            one.documents("when").forEach(this::command);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int wanted =
                    one.has("fails") ? Integer.MAX_VALUE : one.documents("then").size();
            while (events.size() < wanted && System.nanoTime() < deadline) {
                BsonDocument event = cursor.tryNext();
                if (event != null) {
                    events.add(event);
                }
            }
            return null;
        } catch (MongoException failed) {
            return failed;
        }
    }

    private void failFromHere(StreamCase one) {
        if (one.has("failCommand")) {
            ConformanceServer.requireTestCommands();
            BsonDocument point = new BsonDocument("configureFailPoint", new BsonString("failCommand"));
            point.putAll(one.document("failCommand"));
            point.getDocument("data").append("appName", new BsonString(APPLICATION));
            plain.getDatabase("admin").runCommand(point);
        }
    }

    private static ChangeStreamIterable<BsonDocument> stream(StreamCase one, MongoClient client) {
        BsonDocument watch = one.document("watch");
        List<BsonDocument> stages = watch.containsKey("stages")
                ? watch.getArray("stages").stream().map(BsonValue::asDocument).toList()
                : List.of();
        MongoDatabase database = client.getDatabase(DB);
        ChangeStreamIterable<BsonDocument> stream = watch.containsKey("everything")
                ? client.watch(stages, BsonDocument.class)
                : watch.containsKey("database")
                        ? database.watch(stages, BsonDocument.class)
                        : database.getCollection("docs").watch(stages, BsonDocument.class);
        stream.maxAwaitTime(100, TimeUnit.MILLISECONDS);
        if (watch.containsKey("fullDocument")) {
            stream.fullDocument(
                    FullDocument.fromString(watch.getString("fullDocument").getValue()));
        }
        if (watch.containsKey("fullDocumentBeforeChange")) {
            stream.fullDocumentBeforeChange(FullDocumentBeforeChange.fromString(
                    watch.getString("fullDocumentBeforeChange").getValue()));
        }
        if (watch.containsKey("showExpandedEvents")) {
            stream.showExpandedEvents(true);
        }
        if (watch.containsKey("comment")) {
            stream.comment(watch.get("comment"));
        }
        return stream;
    }

    private static void check(
            StreamCase one, List<BsonDocument> events, MongoException error, List<BsonDocument> sent) {
        if (one.has("fails")) {
            BsonDocument fails = one.document("fails");
            assertThat(error).as("an error; found %s", events).isNotNull();
            assertThat(error.getCode())
                    .as(error.getMessage())
                    .isEqualTo(fails.getNumber("code").intValue());
            if (fails.containsKey("label")) {
                assertThat(error.getErrorLabels())
                        .contains(fails.getString("label").getValue());
            }
            return;
        }
        if (error != null) {
            throw error;
        }
        List<BsonDocument> expected = one.documents("then");
        assertThat(events).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Expected.difference("event " + i, expected.get(i), events.get(i)))
                    .as("%s", events.get(i))
                    .isNull();
        }
        assertThat(Expected.missing(one.documents("sends"), sent))
                .as("commands sent: %s", sent)
                .isNull();
    }
}
