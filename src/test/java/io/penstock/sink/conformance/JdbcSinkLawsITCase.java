/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.jdbc.Postgres;
import io.penstock.sink.jdbc.PostgresTarget;
import io.penstock.sink.staged.StagedSink;
import io.penstock.store.Fence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The laws of sinks, for a real PostgreSQL. */
class JdbcSinkLawsITCase extends SinkConformance {
    private static Postgres postgres;
    private static int tests;
    private String schema;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void aSchemaOfItsOwn() {
        schema = "laws " + ++tests;
    }

    @Override
    protected void attach(DataStream<ChangeRecord> changes, Fate fate) {
        Sink<ChangeRecord> sink = new StagedSink(
                "laws",
                "jdbc",
                new PostgresTarget(
                        postgres.spec(schema, "[{name: _id, type: json}, {name: all, path: '.', type: json}]"),
                        Duration.ofMinutes(2)),
                Fence.none(),
                DeadLetterPolicy.NONE,
                Duration.ofMinutes(2));
        changes.sinkTo(fate.of(sink)).uid("sink");
    }

    @Override
    protected Map<String, Held> content() throws SQLException {
        Map<String, Held> content = new TreeMap<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            if (!postgres.exists(schema, "cities")) {
                return content;
            }
            ResultSet rows = statement.executeQuery(
                    "select \"all\", penstock_version, penstock_revision from \"" + schema + "\".cities");
            while (rows.next()) {
                String document = rows.getString(1);
                content.put(
                        io.penstock.record.Key.of(io.penstock.sink.Changes.bson(document))
                                .toString(),
                        new Held(rows.getString(2), rows.getInt(3), document));
            }
        }
        return content;
    }

    @Override
    protected void assertNothingLeftOver() throws SQLException {
        assertThat(postgres.count(schema, "penstock_stages")).as("stages").isZero();
        assertThat(postgres.count(schema, "penstock_stage_cities"))
                .as("staged rows")
                .isZero();
    }
}
