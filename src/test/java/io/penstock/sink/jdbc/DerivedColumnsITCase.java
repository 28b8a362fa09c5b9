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
import io.penstock.sink.outage.FaultTable;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageApplier;
import io.penstock.sink.staged.StagedTarget;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Columns that are made of the fields seen, in a real PostgreSQL. */
class DerivedColumnsITCase {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final String CREATING = "create-table: true, columns-from: schema";
    private static Postgres postgres;
    private static int tests;
    private String schema;
    private int version;

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
        schema = "derived" + ++tests;
    }

    @Test
    void eachFieldHasAColumnOfItsType() throws Exception {
        try (Scene scene = scene(CREATING)) {
            scene.commit(
                    scene.stage(
                            insert(
                                    "{_id: {$oid: '57e193d7a9cc81b4027498b5'}, i: 5, l: {$numberLong: '9223372036854775807'}, d: 0.5,"
                                            + " n: {$numberDecimal: '1.50'}, b: true, t: {$date: '2026-11-01T10:00:00.5Z'},"
                                            + " x: {$binary: {base64: 'AP8=', subType: '00'}}, s: 'a\\t\\n\\\\N \\\"q\\\" Ω', o: {k: [1, 'x']}, none: null}")));
        }
        assertThat(types())
                .isEqualTo(
                        "_id text,i bigint,l bigint,d double precision,n numeric,b boolean,t timestamp with time zone,"
                                + "x bytea,s text,o jsonb");
        assertThat(postgres.text(
                        "select concat_ws('|', _id, i, l, d, n, b, t at time zone 'UTC', x, s, o, penstock_unfit) from "
                                + table()))
                .isEqualTo("57e193d7a9cc81b4027498b5|5|9223372036854775807|0.5|1.50|t|2026-11-01 10:00:00.5|\\x00ff|"
                        + "a\t\n\\N \"q\" Ω|{\"k\": [1, \"x\"]}");
    }

    @Test
    void aNewFieldGetsItsColumnBeforeTheFirstRowThatNeedsItIsApplied() throws Exception {
        try (Scene scene = scene(CREATING)) {
            scene.commit(scene.stage(insert("{_id: 1, a: 1}")));
            Stage stage = scene.stage(insert("{_id: 1, a: 1, b: 'x'}"), insert("{_id: 2, c: true}"));
            assertThat(types()).isEqualTo("_id bigint,a bigint");
            scene.commit(stage);
            assertThat(types()).isEqualTo("_id bigint,a bigint,b text,c boolean");
            assertThat(rows("_id, a, b, c")).isEqualTo("1,1,x, 2,,,true");
            scene.commit(scene.stage(insert("{_id: 1, b: 'y'}"), delete("{_id: 2}")));
            assertThat(rows("_id, a, b, c")).isEqualTo("1,,y,");
        }
    }

    @Test
    void aFieldOfAnotherTypeKeepsItsColumnAndWhatDoesNotFitIsKeptBeside() throws Exception {
        try (Scene scene = scene(CREATING)) {
            scene.commit(scene.stage(insert("{_id: 1, n: 1}"), insert("{_id: 2, n: 2.0}")));
            scene.commit(scene.stage(insert("{_id: 3, n: 'many'}"), insert("{_id: 4, n: {$numberDecimal: '0.5'}}")));
        }
        assertThat(types()).as("the first stage has longs and doubles").isEqualTo("_id bigint,n double precision");
        assertThat(rows("_id, n, penstock_unfit")).isEqualTo("1,1, 2,2, 3,,{\"n\":\"many\"} 4,0.5,");
        postgres.run("alter table " + table() + " alter column n type text");
        try (Scene scene = scene(CREATING)) {
            scene.commit(scene.stage(insert("{_id: 3, n: 'more'}")));
        }
        assertThat(rows("_id, n, penstock_unfit")).isEqualTo("1,1, 2,2, 3,more, 4,0.5,");
    }

    @Test
    void writersAgreeOnAColumnWhoeverNamesItFirstAndAfterARescaleToo() throws Exception {
        try (Scene one = scene(CREATING);
                Scene other = scene(CREATING)) {
            Stage first = one.stage(insert("{_id: 1, v: 1}"));
            Stage second = other.stage(insert("{_id: 2, v: 'two', w: 2}"));
            Stage third = one.stage(insert("{_id: 3, w: 'three'}"));
            one.commit(second, first, third);
        }
        try (Scene restarted = scene(CREATING)) {
            restarted.commit(restarted.stage(insert("{_id: 4, w: 4.0, v: false, u: 4}")));
        }
        assertThat(types()).isEqualTo("_id bigint,v bigint,w bigint,u bigint");
        assertThat(rows("_id, v, w, penstock_unfit"))
                .isEqualTo("1,1,, 2,,2,{\"v\":\"two\"} 3,,,{\"w\":\"three\"} 4,,4,{\"v\":false}");
    }

    @Test
    void ofTwoWritersThatNameAFieldAtTheSameMomentTheFirstDecides() throws Exception {
        try (Scene first = scene(CREATING);
                Connection connection = postgres.connect()) {
            first.commit(first.stage(insert("{_id: 1}")));
            Stage[] between = new Stage[1];
            Connection watched = before(connection, "on conflict do nothing", () -> {
                if (between[0] == null) {
                    between[0] = first.stage(insert("{_id: 2, v: 2}"));
                }
            });
            try (Scene second = new Scene(writingThrough(watched))) {
                Stage late = second.stage(insert("{_id: 3, v: 'three'}"));
                second.commit(between[0], late);
            }
        }
        assertThat(rows("_id, v, penstock_unfit")).isEqualTo("1,, 2,2, 3,,{\"v\":\"three\"}");
    }

    private StagedTarget writingThrough(Connection connection) {
        JdbcSinkSpec spec = postgres.specWith(schema, CREATING);
        PostgresTarget target = new PostgresTarget(spec, Duration.ofMinutes(2));
        return new StagedTarget() {
            private static final long serialVersionUID = 1L;

            @Override
            public String targetOf(Namespace namespace) {
                return target.targetOf(namespace);
            }

            @Override
            public StagingArea openArea(String sink) throws IOException {
                try {
                    return new PostgresArea(connection, sink, spec);
                } catch (SQLException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public StageApplier openApplier(String sink) throws IOException {
                return target.openApplier(sink);
            }

            @Override
            public FaultTable faults() {
                return target.faults();
            }
        };
    }

    /** Does something right before statements with a text in them. */
    private static Connection before(Connection connection, String text, Action action) {
        return (Connection) Proxy.newProxyInstance(
                DerivedColumnsITCase.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("prepareStatement") && ((String) args[0]).contains(text)) {
                        action.run();
                    }
                    return method.invoke(connection, args);
                });
    }

    private interface Action {
        void run() throws Exception;
    }

    @Test
    void whereverTheCommitterDiesANewColumnAndItsRowsAreThereInTheEnd() throws Exception {
        JdbcSinkSpec spec = postgres.specWith(schema, CREATING);
        try (Scene scene = scene(CREATING)) {
            scene.commit(scene.stage(insert("{_id: 1}")));
            int betweenColumnAndRows = 0;
            int statements = 0;
            for (boolean done = false; !done; statements++) {
                Stage stage = scene.stage(insert("{_id: 1, f" + statements + ": " + statements + "}"));
                AtomicInteger left = new AtomicInteger(statements);
                try (Connection connection = postgres.connect()) {
                    scene.commit(
                            new PostgresApplier(PostgresTargetITCase.mortal(connection, left), Scene.SINK, spec),
                            stage);
                    done = true;
                } catch (IOException | SQLException e) {
                    boolean hasColumn = types().endsWith("f" + statements + " bigint");
                    if (hasColumn) {
                        assertThat(rows("f" + statements)).isEmpty();
                        betweenColumnAndRows++;
                    }
                    scene.commit(stage);
                }
                assertThat(rows("f" + statements)).as("dead at %d", statements).isEqualTo("" + statements);
            }
            assertThat(betweenColumnAndRows).as("died between the two").isGreaterThan(3);
        }
    }

    @Test
    void withoutLeaveToCreateAMissingColumnIsOneErrorWithItsStatementAndTheTypeIsTheUsers() throws Exception {
        String keys = "columns-from: schema";
        for (String statement : JdbcPreflight.statements(postgres.specWith(schema, keys), List.of(CITIES))) {
            postgres.run(statement);
        }
        try (Scene scene = scene(keys)) {
            assertThatThrownBy(() -> scene.stage(insert("{_id: 1, a: 'x'}")))
                    .hasMessageContaining("create-table: true")
                    .hasMessageContaining("alter table \"" + schema
                            + "\".\"cities\" add column if not exists \"_id\" bigint; alter table")
                    .hasMessageEndingWith("\"a\" text");
        }
        postgres.run("alter table " + table() + " add column _id numeric, add column a json");
        try (Scene scene = scene(keys)) {
            scene.commit(scene.stage(insert("{_id: 1.5, a: 'x'}"), insert("{_id: 2, a: {z: 'a\\u0000b'}}")));
        }
        assertThat(rows("_id, a, penstock_unfit")).isEqualTo("1.5,\"x\", 2,,{\"a\":{\"z\":\"a\\u0000b\"}}");
        postgres.run("alter table " + table() + " add column c varchar(3)");
        try (Scene scene = scene(keys)) {
            assertThatThrownBy(() -> scene.stage(insert("{_id: 3, c: 'x'}")))
                    .hasMessageContaining("is character varying(3), which this sink does not write");
        }
    }

    @Test
    void namesThatAreTakenGetAnUnderscoreAndWhatHasNoColumnIsKeptBeside() throws Exception {
        try (Scene scene = scene(CREATING)) {
            StringBuilder many = new StringBuilder("{_id: 2");
            for (int i = 0; i < 300; i++) {
                many.append(", f").append(i).append(": ").append(i);
            }
            scene.commit(scene.stage(
                    insert("{_id: 1, xmin: 1, penstock_key: 2, Penstock_NS_: 3, '': 4, Name: 5, name: 6, 'a.\"b': 7, "
                            + "n".repeat(63) + ": 8, nil: null}")));
            assertThat(types())
                    .isEqualTo("_id bigint,xmin_ bigint,penstock_key_ bigint,Penstock_NS__ bigint,_ bigint,Name bigint,"
                            + "name bigint,a.\"b bigint");
            assertThat(
                            rows(
                                    "_id, xmin_, penstock_key_, \"Penstock_NS__\", _, \"Name\", name, \"a.\"\"b\", penstock_unfit"))
                    .isEqualTo("1,1,2,3,4,5,6,7,{\"" + "n".repeat(63) + "\":{\"$numberInt\":\"8\"}}");
            scene.commit(scene.stage(insert(many + "}")));
            assertThat(types().split(",")).hasSize(200);
            assertThat(postgres.text("select f191 || ' ' || (penstock_unfit -> 'f192')::text || ' ' ||"
                            + " (select count(*) from json_object_keys(penstock_unfit)) from " + table()
                            + " where _id = 2"))
                    .isEqualTo("191 {\"$numberInt\":\"192\"} 108");
        }
    }

    @Test
    void collectionsMayHaveColumnsOfTheirOwnBesideThoseOfAllOthers() throws Exception {
        String tables = "create-table: true, tables: [{collection: geo.cities, columns: [{name: n, type: integer}]}]";
        Namespace rivers = new Namespace("geo", "rivers");
        try (Scene scene = scene(tables)) {
            scene.commit(scene.stage(insert("{_id: 1, n: 5}"), insert(rivers, "{_id: 2, n: 6}")));
        }
        assertThat(types()).isEqualTo("n integer");
        assertThat(rows("n")).isEqualTo("5");
        assertThat(postgres.text("select id || document from " + schema + ".rivers"))
                .isEqualTo("2{\"n\": 6, \"_id\": 2}");
        try (Scene scene = scene(tables + ", table: cities")) {
            assertThatThrownBy(() -> scene.stage(insert("{_id: 1, n: 7}"), insert(rivers, "{_id: 2, n: 8}")))
                    .hasMessageContaining("Collections geo.cities and geo.rivers share the table cities");
        }
    }

    @Test
    void whatWasStagedWithTheOtherKindOfColumnsIsNotAppliedWithThese() throws Exception {
        Stage declared;
        try (Scene scene = scene("create-table: true, columns: [{name: n, type: integer}]")) {
            declared = scene.stage(insert("{_id: 1, n: 5}"));
        }
        try (Scene scene = scene(CREATING)) {
            assertThatThrownBy(() -> scene.commit(declared)).hasMessageContaining("stop with a savepoint");
            Stage derived = scene.stage(insert("{_id: 2, n: 6}"));
            scene.commit(derived);
            assertThat(rows("n")).isEqualTo("6");
            Stage again = scene.stage(insert("{_id: 3, n: 7}"));
            try (Scene before = scene("create-table: true, columns: [{name: n, type: integer}]")) {
                assertThatThrownBy(() -> before.commit(again)).hasMessageContaining("stop with a savepoint");
                before.commit(declared);
            }
            scene.commit(again);
        }
        assertThat(rows("n")).isEqualTo("5 6 7");
    }

    @Test
    void thePlanHasTheColumnsOfASample() throws Exception {
        JdbcSinkSpec spec = postgres.specWith(schema, CREATING);
        JdbcPreflight.Report report = JdbcPreflight.check(
                spec,
                List.of(CITIES),
                any -> List.of(Changes.bson("{_id: 1, a: 1}"), Changes.bson("{_id: 2, a: 1.5}")));
        assertThat(report.problems()).isEmpty();
        assertThat(report.missing()).anySatisfy(each -> assertThat(each)
                .startsWith("create table if not exists \"" + schema + "\".\"cities\"")
                .contains("\"_id\" bigint, \"a\" double precision"));
        for (String statement : report.missing()) {
            postgres.run(statement);
        }
        try (Scene scene = scene(CREATING)) {
            scene.commit(scene.stage(insert("{_id: 1, a: 1}")));
        }
        assertThat(types()).isEqualTo("_id bigint,a double precision");
        assertThat(JdbcPreflight.check(spec, List.of(CITIES), any -> List.of(Changes.bson("{_id: 1, a: 1, b: true}")))
                        .missing())
                .containsExactly("alter table \"" + schema + "\".\"cities\" add column if not exists \"b\" boolean");
    }

    private Scene scene(String keys) throws IOException {
        return new Scene(new PostgresTarget(postgres.specWith(schema, keys), Duration.ofMinutes(2)));
    }

    private String table() {
        return schema + ".cities";
    }

    /** The target's columns but the sink's own, with their types. */
    private String types() throws SQLException {
        return postgres.text(
                "select coalesce(string_agg(attname || ' ' || format_type(atttypid, atttypmod), ',' order by attnum), '')"
                        + " from pg_attribute where attrelid = to_regclass('" + table()
                        + "') and attnum > 6 and not attisdropped");
    }

    /** Values of columns, by the first of them. */
    private String rows(String columns) throws SQLException {
        String first = columns.split(",")[0];
        return postgres.text("select coalesce(string_agg(concat_ws_null, ' ' order by o), '') from (select " + first
                + "::text as o, array_to_string(array[" + columns.replaceAll("(\"(?:[^\"]|\"\")+\"|\\w+)", "$1::text")
                + "], ',', '') as concat_ws_null from " + table() + ") as rows");
    }

    private ChangeRecord insert(String document) {
        return insert(CITIES, document);
    }

    private ChangeRecord insert(Namespace namespace, String document) {
        return Changes.insert(namespace, document, next(), Changes.bson(document));
    }

    private ChangeRecord delete(String key) {
        return Changes.delete(CITIES, key, next());
    }

    private Version next() {
        return Version.event(Changes.clusterTime(1_760_000_000L, ++version));
    }
}
