/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageApplier;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL itself sees of the sink. */
class PostgresTargetITCase {
    private static final Namespace CITIES = new Namespace("geo", "cities");
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
        schema = "target" + ++tests;
    }

    private PostgresTarget target(String columns) {
        return new PostgresTarget(postgres.spec(schema, columns), Duration.ofMinutes(2));
    }

    @Test
    void whereverTheConnectionBreaksACommitHappensAsAWholeOrNotAtAll() throws Exception {
        PostgresTarget target = target("[{name: k, type: integer}, {name: n, type: integer}]");
        try (Scene scene = new Scene(target)) {
            scene.commit(scene.stage(insert(1, 1), insert(2, 2)));
            int statements = 0;
            for (boolean done = false; !done; statements++) {
                int n = 10 + statements;
                Stage stage = scene.stage(delete(1, n), insert(2, n));
                long staged = staged();
                String before = rows();
                AtomicInteger left = new AtomicInteger(statements);
                try (Connection connection = postgres.connect()) {
                    scene.commit(applierOver(mortal(connection, left)), stage);
                    done = true;
                } catch (IOException | SQLException e) {
                    assertThat(rows()).as("dead at %d", statements).isEqualTo(before);
                    assertThat(staged()).isEqualTo(staged);
                    scene.commit(stage);
                }
                assertThat(rows()).isEqualTo("2:" + n);
                assertThat(staged()).isZero();
                scene.commit(scene.stage(insert(1, n + 1)));
                scene.commit(scene.stage(delete(1, n + 2)));
            }
            assertThat(statements).as("statements at which it could die").isGreaterThan(8);
        }
    }

    @Test
    void aStageIsAppliedOnceThoughItIsCommittedTwiceAndAfterItWasCleared() throws Exception {
        try (Scene scene = new Scene(target("[{name: k, type: integer}, {name: n, type: integer}]"))) {
            Stage first = scene.stage(insert(1, 1));
            scene.commit(first);
            scene.commit(scene.stage(insert(1, 2)));
            scene.commit(first);
            assertThat(rows()).isEqualTo("1:2");
        }
    }

    @Test
    void aStageThatTheDatabaseLostIsNamed() throws Exception {
        try (Scene scene = new Scene(target("[{name: k, type: integer}, {name: n, type: integer}]"))) {
            Stage stage = scene.stage(insert(1, 1), insert(2, 2));
            postgres.run("delete from " + schema + ".penstock_stage_cities where n = 2");
            assertThatThrownBy(() -> scene.commit(stage)).hasMessageContaining("of 2 changes for cities");
            assertThat(rows()).isEmpty();
        }
    }

    @Test
    void whatNoCheckpointHoldsIsRemovedAndAWriterThatWasGivenUpCanAddNothing() throws Exception {
        PostgresTarget target = target("[{name: k, type: integer}, {name: n, type: integer}]");
        try (Scene scene = new Scene(target);
                StagingArea next = target.openArea(Scene.SINK)) {
            Stage kept = scene.stage(insert(1, 1));
            scene.checkpoint(5);
            scene.stageWithoutHandingOver(insert(2, 2));
            assertThat(staged()).isEqualTo(2);
            assertThat(next.removeLeftovers(new Leftover(0, 1, 5))).isEqualTo(1);
            assertThat(staged()).isEqualTo(1);
            assertThatThrownBy(() -> scene.stageWithoutHandingOver(insert(3, 3)))
                    .hasMessageContaining("had staged was removed");
            scene.commit(kept);
            assertThat(rows()).isEqualTo("1:1");
            assertThat(staged()).isZero();
        }
    }

    @Test
    void anotherSinksStagesAreNotTouched() throws Exception {
        PostgresTarget target = target("[{name: k, type: integer}, {name: n, type: integer}]");
        try (Scene scene = new Scene(target);
                StagingArea other = target.openArea("another/sink")) {
            scene.stage(insert(1, 1));
            assertThat(other.removeLeftovers(new Leftover(0, 1, 0))).isZero();
        }
    }

    @Test
    void aValueThatDoesNotFitIsKeptBesideOrDroppedAsTheColumnSays() throws Exception {
        try (Scene scene = new Scene(target(
                "[{name: n, type: integer}, {name: s, type: jsonb, unfit: text}, {name: d, type: timestamptz, unfit: 'null'},"
                        + " {name: all, path: '.', type: jsonb}]"))) {
            scene.commit(
                    scene.stage(insert("{_id: 1, n: {$numberLong: '5000000000'}, s: 'a\\u0000\"b', d: 'soon'}", 1)));
            assertThat(postgres.text("select penstock_unfit from " + schema + ".cities"))
                    .isEqualTo(
                            "{\"n\":{\"$numberLong\":\"5000000000\"},\"s\":\"a\\u0000\\\"b\",\"all\":{\"_id\":{\"$numberInt\":\"1\"},"
                                    + "\"n\":{\"$numberLong\":\"5000000000\"},\"s\":\"a\\u0000\\\"b\",\"d\":\"soon\"}}");
            assertThat(postgres.text(
                            "select coalesce(n::text, s::text, d::text, \"all\"::text) from " + schema + ".cities"))
                    .isEqualTo("null");
            scene.commit(scene.stage(insert("{_id: 1, n: 5, s: {a: [1]}, d: {$date: '2026-11-01T10:00:00.5Z'}}", 2)));
            assertThat(postgres.text("select concat_ws(' ', n, s, d at time zone 'UTC', penstock_unfit) from " + schema
                            + ".cities"))
                    .isEqualTo("5 {\"a\": [1]} 2026-11-01 10:00:00.5");
        }
    }

    @Test
    void tablesThatAreMissingAreNamedWithTheirStatementsUnlessTheyMayBeCreated() throws Exception {
        String job = "{name: a, source: {uri: 'mongodb://h', collections: [a.b]}, sinks: [{type: jdbc, schema: "
                + schema + ", url: '" + postgres.url() + "'}]}";
        JdbcSinkSpec spec = (JdbcSinkSpec) JobSpec.parse("job.yaml", job, Map.<String, String>of()::get)
                .sinks()
                .get(0);
        PostgresTarget target = new PostgresTarget(spec, Duration.ofMinutes(2));
        assertThatThrownBy(() -> target.openArea("a/b"))
                .hasMessageContaining("create-table: true")
                .hasMessageContaining("penstock_stages");
        for (String statement : JdbcPreflight.statements(spec, java.util.List.of(CITIES))) {
            postgres.run(statement);
        }
        try (Scene scene = new Scene(target)) {
            scene.commit(scene.stage(insert("{_id: 'x', a: 1}", 1)));
        }
        assertThat(postgres.text("select id || document from " + schema + ".cities"))
                .isEqualTo("x{\"a\": 1, \"_id\": \"x\"}");
    }

    @Test
    void aColumnThatTheJobFileAddsIsAddedAndWhatWasStagedBeforeIsApplied() throws Exception {
        Stage old;
        try (Scene scene = new Scene(target("[{name: k, type: integer}, {name: n, type: integer}]"))) {
            old = scene.stage(insert(1, 1));
        }
        try (Scene scene = new Scene(
                target("[{name: k, type: integer}, {name: n, type: integer}, {name: m, type: text, path: n}]"))) {
            scene.commit(old);
            scene.commit(scene.stage(insert(2, 2)));
            assertThat(postgres.text(
                            "select string_agg(n || coalesce(m, '-'), ' ' order by n) from " + schema + ".cities"))
                    .isEqualTo("1- 22");
        }
        try (Scene scene = new Scene(target("[{name: n, type: text}]"))) {
            assertThatThrownBy(() -> scene.stage(insert(3, 3)))
                    .hasMessageContaining("is integer, and the job file says text");
        }
    }

    @Test
    void namesAreSpelledAsTheyAreAndLongOnesHaveTheirStage() throws Exception {
        String table = "Ω \"quoted\" " + "x".repeat(45);
        Namespace odd = new Namespace("geo", table);
        try (Scene scene = new Scene(target("[{name: 'a \"b\" Ü', path: n, type: integer}]"))) {
            scene.commit(scene.stage(Changes.insert(odd, "{_id: 1}", version(1), Changes.bson("{_id: 1, n: 4}"))));
        }
        assertThat(postgres.text("select \"a \"\"b\"\" Ü\" from " + schema + "." + Tables.quoted(table)))
                .isEqualTo("4");
        assertThatThrownBy(() -> Tables.checked("é".repeat(32))).hasMessageContaining("63 bytes");
        assertThatThrownBy(() -> Tables.checked("penstock_stages")).hasMessageContaining("own");
    }

    /** What {@link SqlTextTest} says is written, PostgreSQL must read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    boolean          | t                          | true
                    bigint           | 9223372036854775807        | 9223372036854775807
                    double precision | -Infinity                  | -Infinity
                    double precision | 1.7976931348623157E308     | 1.7976931348623157e+308
                    double precision | 4.9E-324                   | 5e-324
                    numeric          | -9.9E+2                    | -990
                    timestamptz      | 0001-01-01T00:00:00Z       | 0001-01-01 00:00:00
                    timestamptz      | 9999-12-31T23:59:59.999Z   | 9999-12-31 23:59:59.999
                    bytea            | \\x00ff                   | \\x00ff
                    uuid             | 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9 | 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9
                    jsonb            | {"b":1,"a":[null,1.50]}    | {"a": [null, 1.50], "b": 1}
                    """)
    void theDatabaseReadsWhatIsWritten(String type, String written, String read) throws Exception {
        String value = "'" + written + "'::" + type;
        if (type.equals("timestamptz")) {
            value = "(" + value + " at time zone 'UTC')";
        }
        assertThat(postgres.text("select " + value + "::text")).isEqualTo(read);
    }

    @Test
    void aNumberOf6000DigitsIsHeld() throws Exception {
        assertThat(postgres.text("select length(('-9.99E+6111'::numeric)::text)"))
                .isEqualTo("6113");
        assertThat(postgres.text("select ('1E-6176'::numeric) > 0")).isEqualTo("t");
    }

    @Test
    void aPasswordIsNeverInAMessage() {
        String url = postgres.url() + "&password=hunter2&sslmode=nonsense";
        String job =
                "{name: a, source: {uri: 'mongodb://h', collections: [a.b]}, sinks: [{type: jdbc, url: '${URL}'}]}";
        JdbcSinkSpec spec = (JdbcSinkSpec)
                JobSpec.parse("job.yaml", job, Map.of("URL", url)::get).sinks().get(0);
        assertThatThrownBy(() -> new PostgresTarget(spec, Duration.ofMinutes(2)).openArea("a/b"))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("hunter2");
        assertThat(spec.toString()).doesNotContain("hunter2");
    }

    private StageApplier applierOver(Connection connection) throws Exception {
        return new PostgresApplier(
                connection, Scene.SINK, postgres.spec(schema, "[{name: k, type: integer}, {name: n, type: integer}]"));
    }

    /** Breaks for good at the n-th thing that is asked of it, as a killed process does: the server rolls back. */
    static Connection mortal(Connection connection, AtomicInteger left) {
        return (Connection) Proxy.newProxyInstance(
                PostgresTargetITCase.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> {
                    if ((method.getName().equals("prepareStatement")
                                    || method.getName().equals("commit"))
                            && left.getAndDecrement() <= 0) {
                        connection.abort(Runnable::run);
                        throw new SQLException("broken, as the test wants it");
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Keys and numbers. */
    private String rows() throws SQLException {
        return postgres.text(
                "select coalesce(string_agg(k || ':' || n, ' ' order by k), '') from " + schema + ".cities");
    }

    private long staged() throws SQLException {
        return postgres.count(schema, "penstock_stage_cities");
    }

    private static Version version(int n) {
        return Version.event(Changes.clusterTime(1_760_000_000L, n));
    }

    private static ChangeRecord insert(int key, int n) {
        return insert("{_id: " + key + ", k: " + key + ", n: " + n + "}", n);
    }

    private static ChangeRecord insert(String document, int n) {
        return Changes.insert(CITIES, document, version(n), Changes.bson(document));
    }

    private static ChangeRecord delete(int key, int n) {
        return Changes.delete(CITIES, "{_id: " + key + "}", version(n));
    }
}
