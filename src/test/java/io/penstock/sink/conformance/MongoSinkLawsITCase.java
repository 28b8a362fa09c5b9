/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.mongodb.MongoTarget;
import io.penstock.sink.staged.StagedSink;
import io.penstock.spec.JobSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.store.Fence;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The laws of sinks, for MongoDB: a server named by {@code MONGODB_URI}, else the development server. */
class MongoSinkLawsITCase extends SinkConformance {
    private static DevServer server;
    private static String uri;
    private static MongoClient client;
    private static int tests;
    private String database;

    @BeforeAll
    static void start() {
        uri = System.getenv("MONGODB_URI");
        if (uri == null) {
            server = DevServer.start();
            uri = server.uri();
        }
        client = MongoClients.create(uri);
    }

    @AfterAll
    static void stop() {
        client.close();
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void aDatabaseOfItsOwn() {
        database = "penstock_laws_" + ++tests;
        client.getDatabase(database).drop();
        staging().drop();
    }

    private MongoDatabase staging() {
        return client.getDatabase(database + "_s");
    }

    @Override
    protected void attach(DataStream<ChangeRecord> changes, Fate fate) {
        changes.sinkTo(fate.of(sink())).uid("sink");
    }

    Sink<ChangeRecord> sink() {
        return new StagedSink(
                "laws",
                "mongodb",
                new MongoTarget(spec("transactional"), Duration.ofMinutes(2)),
                Fence.none(),
                DeadLetterPolicy.NONE,
                Duration.ofMinutes(2));
    }

    MongoSinkSpec spec(String mode) {
        String job =
                """
                name: laws
                source: {uri: "mongodb://localhost", collections: [geo.cities]}
                sinks: [{type: mongodb, mode: %s, uri: "%s", database: %s, staging-database: %s_s, metadata-field: _meta}]
                """
                        .formatted(mode, uri, database, database);
        return (MongoSinkSpec) JobSpec.parse("job.yaml", job, Map.<String, String>of()::get)
                .sinks()
                .get(0);
    }

    @Override
    protected Map<String, Held> content() {
        Map<String, Held> content = new TreeMap<>();
        client.getDatabase(database)
                .getCollection("cities", BsonDocument.class)
                .find()
                .forEach(each -> {
                    BsonDocument meta = each.remove("_meta").asDocument();
                    byte[] document = Changes.bson(each);
                    content.put(
                            Key.of(document).toString(),
                            new Held(
                                    meta.getString("version").getValue(),
                                    meta.getInt32("revision").getValue(),
                                    Held.relaxed(document)));
                });
        return content;
    }

    @Override
    protected void assertNothingLeftOver() {
        assertThat(staging().getCollection("stages").countDocuments())
                .as("stages")
                .isZero();
        assertThat(staging().getCollection("staged").countDocuments())
                .as("staged changes")
                .isZero();
    }
}
