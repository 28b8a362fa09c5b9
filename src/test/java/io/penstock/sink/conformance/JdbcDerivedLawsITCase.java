/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.sink.Changes;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The laws of sinks, for a real PostgreSQL whose columns are made of the fields seen. */
class JdbcDerivedLawsITCase extends SinkConformance {
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
                        postgres.specWith(schema, "create-table: true, columns-from: schema"), Duration.ofMinutes(2)),
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
            String fields = postgres.text(
                    "select coalesce(string_agg(format('%L, %I', field, attname), ', ' order by place), '')"
                            + " from \"" + schema + "\".penstock_columns join pg_attribute"
                            + " on attname = case when field = '' then '_' else field end"
                            + " where attrelid = '\"" + schema + "\".cities'::regclass and not attisdropped");
            if (fields.isEmpty() || postgres.count(schema, "cities") == 0) {
                return content;
            }
            ResultSet rows = statement.executeQuery("select json_strip_nulls(json_build_object(" + fields + ")),"
                    + " penstock_version, penstock_revision from \"" + schema + "\".cities");
            while (rows.next()) {
                BsonDocument document = BsonDocument.parse(rows.getString(1));
                content.put(
                        Key.of(Changes.bson(new BsonDocument("_id", document.get("_id"))))
                                .toString(),
                        new Held(rows.getString(2), rows.getInt(3), shown(document.toJson())));
            }
        }
        return content;
    }

    /** Columns keep no order, and of a number only which one it is. */
    @Override
    protected String shown(String relaxed) {
        return ((BsonDocument) shown(BsonDocument.parse(relaxed))).toJson();
    }

    private static BsonValue shown(BsonValue value) {
        if (value.isDocument()) {
            BsonDocument sorted = new BsonDocument();
            new TreeMap<>(value.asDocument()).forEach((name, each) -> sorted.append(name, shown(each)));
            return sorted;
        }
        if (value.isNumber() || value.isDecimal128()) {
            Decimal128 number = value.isDecimal128()
                    ? value.asDecimal128().getValue()
                    : value.asNumber().decimal128Value();
            return new BsonInt32(number.bigDecimalValue().intValueExact());
        }
        return value;
    }

    /** Not as the other targets hold it: each value has its column, or is kept beside. */
    @Override
    @Test
    void everyBsonTypeArrives() throws Exception {
        Set<String> fields = new TreeSet<>(Set.of("_id", "text", "min", "bytes"));
        exportOnly(document(
                "{_id: {a: 1}}",
                10,
                "{_id: {a: 1}, text: 'x', min: {$minKey: 1}, bytes: {$binary: {base64: 'AP8=', subType: '80'}}}"));
        exportOnly(document(
                "{_id: 2}", 20, "{_id: 2, text: {$numberDouble: 'NaN'}, min: 1.5, bytes: 'none', nothing: null}"));
        assertThat(postgres.text("select concat_ws('|', _id, text, min, bytes) from \"" + schema
                        + "\".cities where penstock_unfit is null"))
                .isEqualTo("{\"a\": 1}|x|{\"$minKey\": 1}|\\x00ff");
        assertThat(postgres.text("select concat_ws('|', _id, text, min, penstock_unfit) from \"" + schema
                        + "\".cities where penstock_unfit is not null"))
                .isEqualTo("2|NaN|1.5|{\"bytes\":\"none\"}");
        assertThat(fields)
                .isEqualTo(fields(
                        postgres.text("select string_agg(field, ' ') from \"" + schema + "\".penstock_columns")));
    }

    private static Set<String> fields(String names) {
        return new TreeSet<>(List.of(names.split(" ")));
    }

    @Override
    protected void assertNothingLeftOver() throws SQLException {
        assertThat(postgres.count(schema, "penstock_stages")).as("stages").isZero();
        assertThat(postgres.count(schema, "penstock_stage_cities"))
                .as("staged rows")
                .isZero();
    }
}
