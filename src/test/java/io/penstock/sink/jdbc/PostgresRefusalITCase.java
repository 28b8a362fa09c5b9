/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.MemoryLetters;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.Stage;
import io.penstock.spec.JdbcSinkSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that a real PostgreSQL refuses for themselves. */
class PostgresRefusalITCase {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final String COLUMNS = "[{name: k, type: integer}, {name: n, type: integer}, {name: t, type: text}]";
    private static Postgres postgres;
    private static int tests;

    private final MemoryLetters letters = new MemoryLetters();
    private final DeadLetterPolicy policy = new DeadLetterPolicy(() -> letters, 1000, 1);
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
        schema = "refusal" + ++tests;
    }

    private Scene scene(String columns) {
        return new Scene(new PostgresTarget(postgres.spec(schema, columns), Duration.ofMinutes(2)));
    }

    /** A scene whose tables are there. */
    private Scene prepared() throws Exception {
        Scene scene = scene(COLUMNS);
        scene.commit(scene.stage(insert(1, 1)));
        return scene;
    }

    /** Runs a statement, with the tables' short names put right. */
    private void alter(String sql) throws SQLException {
        String own = schema + ".cities";
        postgres.run(sql.replace("cities", own).replace("stages_of_" + own, schema + ".penstock_stage_cities"));
    }

    private static ChangeRecord[] thousand() {
        return IntStream.range(1000, 2000).mapToObj(k -> insert(k, k)).toArray(ChangeRecord[]::new);
    }

    @Test
    void oneThatIsRefusedWhenStagedIsALetterAndTheOthersArrive() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table stages_of_cities add check (n <> 1500)");
            scene.commit(policy, scene.stage(thousand()));
            assertOneLetter("23514", Reason.INVALID, insert(1500, 1500));
            assertThat(count("true")).isEqualTo(1000);
            assertThat(count("n = 1500")).isZero();
            assertThat(postgres.count(schema, "penstock_stage_cities")).isZero();
        }
    }

    @Test
    void allThatATableGetsMayBeRefused() throws Exception {
        try (Scene scene = scene("[{name: k, type: integer}, {name: n, type: integer, unfit: dead-letter}]")) {
            ChangeRecord poison = insert("{_id: 2, k: 2, n: 'many'}", 2);
            Stage stage = scene.stage(poison);
            assertThat(stage.rows()).isZero();
            scene.commit(policy, stage);
            assertOneLetter("unfit", Reason.UNMAPPABLE, poison);
            assertThat(postgres.count(schema, "penstock_stages")).isZero();
            scene.commit(policy, scene.stage(insert(3, 3)));
            assertThat(rows()).isEqualTo("3:3");
        }
    }

    @Test
    void oneThatIsRefusedWhenAppliedIsALetterAndArrivesWhenItIsReplayed() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table cities add constraint not_1500 check (n <> 1500)");
            scene.commit(policy, scene.stage(thousand()));
            assertOneLetter("23514", Reason.INVALID, insert(1500, 1500));
            assertThat(letters.letters.values().iterator().next().message())
                    .isEqualTo("new row for relation \"cities\" violates check constraint \"not_1500\"");
            assertThat(count("true")).isEqualTo(1000);
            assertThat(count("n = 1500")).isZero();
            assertThat(postgres.count(schema, "penstock_stage_cities")).isZero();

            DeadLetter letter = letters.letters.values().iterator().next();
            ChangeRecord replay =
                    letter.change().with(new ChangeRecord.Replay("sink", letter.id(), letter.attempts(), false));
            scene.commit(policy, scene.stage(replay));
            assertThat(letters.replayed).as("it is refused still").isEmpty();
            assertThat(letters.letters.get(letter.id()).attempts()).isEqualTo(2);

            alter("alter table cities drop constraint not_1500");
            scene.commit(policy, scene.stage(replay));
            assertThat(letters.replayed).containsExactly(letter.id());
            assertThat(count("n = 1500")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    alter table cities alter column t set not null                           | 23502 | INVALID
                    alter table cities add unique (n)                                        | 23505 | INVALID
                    create unique index on cities (n)                                        | 23505 | INVALID
                    alter table cities add foreign key (n) references cities_n (n)           | 23503 | INVALID
                    alter table cities add foreign key (n) references cities_n (n) deferrable initially deferred | 23503 | INVALID
                    alter table cities add exclude using btree (n with =)                    | 23P01 | INVALID
                    create trigger no before insert on cities for each row execute function cities_no() | P0001 | INVALID
                    create constraint trigger no after insert on cities deferrable initially deferred for each row execute function cities_no() | P0001 | INVALID
                    alter table cities alter column n type cities_small                      | 23514 | INVALID
                    alter table cities alter column t type varchar(3)                        | 22001 | UNMAPPABLE
                    create index on cities ((10 / (n - 50)))                                 | 22012 | UNMAPPABLE
                    """)
    void whateverTheTablesOwnerAddedMayRefuseARow(String sql, String code, Reason reason) throws Exception {
        try (Scene scene = prepared()) {
            postgres.run("create table " + schema + ".cities_n (n integer primary key)");
            postgres.run("insert into " + schema + ".cities_n select n from generate_series(1, 49) n");
            postgres.run("create domain " + schema + ".cities_small as integer check (value < 50)");
            postgres.run("create function " + schema + ".cities_no() returns trigger language plpgsql as"
                    + " $$begin if new.n = 50 then raise exception 'not 50'; end if; return new; end$$");
            alter("update cities set t = 'x'");
            alter(sql);
            // Both unique values and those of the other kinds are broken by the last one.
            ChangeRecord poison = sql.contains("unique") || sql.contains("exclude")
                    ? insert("{_id: 50, k: 50, n: 25, t: 'x'}", 50)
                    : sql.contains("not null")
                            ? insert("{_id: 50, k: 50, n: 50}", 50)
                            : insert("{_id: 50, k: 50, n: 50, t: 'long'}", 50);
            ChangeRecord[] changes = IntStream.rangeClosed(2, 50)
                    .mapToObj(k -> k == 50 ? poison : insert("{_id: " + k + ", k: " + k + ", n: " + k + ", t: 'x'}", k))
                    .toArray(ChangeRecord[]::new);
            scene.commit(policy, scene.stage(changes));
            assertThat(count("true")).isEqualTo(49);
            if (sql.contains("unique") || sql.contains("exclude")) {
                assertThat(letters.letters.values()).singleElement().satisfies(letter -> {
                    assertThat(letter.code()).isEqualTo(code);
                    assertThat(letter.change().key()).isIn(poison.key(), changes[23].key());
                });
            } else {
                assertOneLetter(code, reason, poison);
            }
        }
    }

    @Test
    void ofARefusedKeyTheNewestChangeThatTheTargetTakesIsThere() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table cities add check (n < 100)");
            scene.commit(policy, scene.stage(insert(1, 2), insert(2, 3)));
            Stage first = scene.stage(insert(1, 5), insert(2, 200));
            Stage second = scene.stage(insert(1, 201));
            scene.commit(policy, first, second);
            assertThat(rows()).isEqualTo("1:5 2:3");
            assertThat(letters.letters).hasSize(2);
        }
    }

    @Test
    void aDeleteMayBeRefusedToo() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table cities add unique (n)");
            postgres.run("create table " + schema + ".visits (city integer references " + schema + ".cities (n))");
            postgres.run("insert into " + schema + ".visits values (1)");
            ChangeRecord delete = Changes.delete(CITIES, "{_id: 1}", version(5));
            scene.commit(policy, scene.stage(delete, insert(2, 2)));
            assertThat(rows()).isEqualTo("1:1 2:2");
            assertOneLetter("23503", Reason.INVALID, delete);
        }
    }

    @Test
    void aValueMayMoveFromOneDocumentToAnotherWithinACheckpoint() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table cities add unique (n)");
            for (int k = 2; k < 12; k++) {
                scene.commit(policy, scene.stage(insert(k, k)));
            }
            for (int k = 2; k < 11; k++) {
                scene.commit(
                        policy,
                        scene.stage(
                                insert("{_id: " + k + ", k: " + k + ", n: " + (100 + k) + "}", 100 * k),
                                insert("{_id: " + (k + 1) + ", k: " + (k + 1) + ", n: 2}", 100 * k + 1)));
            }
            assertThat(letters.letters).isEmpty();
            assertThat(rows()).isEqualTo("1:1 2:102 3:103 4:104 5:105 6:106 7:107 8:108 9:109 10:110 11:2");
        }
    }

    @Test
    void whatWasStagedBeforeTheTableCouldRefuseItIsSaidAndGoesOnWhenThatIsMended() throws Exception {
        try (Scene scene = prepared()) {
            Stage stage = scene.stage(insert(2, 2), insert(3, 3));
            assertThat(staged("penstock_change is not null"))
                    .as("a table that refuses nothing")
                    .isZero();
            alter("alter table cities add constraint no check (n <> 3)");
            assertThatThrownBy(() -> scene.commit(policy, stage))
                    .hasMessageContaining("violates check constraint \"no\"")
                    .hasMessageContaining("until this checkpoint is committed");
            alter("alter table cities drop constraint no");
            scene.commit(policy, stage);
            assertThat(rows()).isEqualTo("1:1 2:2 3:3");
            alter("alter table cities add constraint no check (n <> 3)".replace("3", "4"));
            Stage next = scene.stage(insert(4, 4), insert(5, 5));
            assertThat(staged("penstock_change is not null")).isEqualTo(2);
            scene.commit(policy, next);
            assertOneLetter("23514", Reason.INVALID, insert(4, 4));
        }
    }

    @Test
    void aStagingTableOfAnEarlierReleaseGetsItsColumn() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table stages_of_cities drop column penstock_change");
        }
        try (Scene scene = prepared()) {
            alter("alter table cities add check (n < 100)");
            scene.commit(policy, scene.stage(insert(2, 200)));
            assertThat(letters.letters).hasSize(1);
        }
    }

    @Test
    void aValueWhoseColumnSaysSoMakesItsChangeALetter() throws Exception {
        try (Scene scene = scene("[{name: k, type: integer}, {name: n, type: integer, unfit: dead-letter}]")) {
            ChangeRecord poison = insert("{_id: 2, k: 2, n: 'many'}", 2);
            scene.commit(policy, scene.stage(insert(1, 1), poison, insert(3, 3)));
            assertThat(rows()).isEqualTo("1:1 3:3");
            assertOneLetter("unfit", Reason.UNMAPPABLE, poison);
            assertThat(letters.letters.values().iterator().next().message()).isEqualTo("column n cannot hold \"many\"");
        }
    }

    @Test
    void tooManyAreNotSetAsideOneByOne() throws Exception {
        try (Scene scene = prepared();
                Connection connection = postgres.connect()) {
            alter("alter table cities add check (n < 2)");
            Stage stage = scene.stage(insert(2, 2), insert(3, 3), insert(4, 4), insert(5, 5));
            JdbcSinkSpec spec = postgres.spec(schema, COLUMNS);
            Layout layout = Layout.declared(spec.columnsFor("geo.cities").orElseThrow());
            Object[] stages = {stage.name().id()};
            connection.setAutoCommit(false);
            TargetApply enough = new TargetApply(connection, Tables.of(spec), "cities", layout, stages, 0, 4);
            enough.run();
            assertThat(enough.refusals()).hasSize(4);
            TargetApply apply = new TargetApply(connection, Tables.of(spec), "cities", layout, stages, 1, 3);
            assertThatThrownBy(apply::run)
                    .hasMessageContaining("more than 3 changes of one checkpoint")
                    .hasMessageContaining("violates check constraint");
        }
    }

    /** Text goes through as it is, and not every database has all characters. */
    @Test
    void whatTheDatabasesEncodingLacksIsRefusedAlone() throws Exception {
        postgres.run("create database western encoding 'LATIN1' template template0 locale 'C'");
        JdbcSinkSpec spec = postgres.specAt(
                postgres.url().replace("/postgres?", "/western?"), schema, "create-table: true, columns: " + COLUMNS);
        ChangeRecord poison = insert("{_id: 2, k: 2, n: 2, t: 'Ωμέγα'}", 2);
        try (Scene scene = new Scene(new PostgresTarget(spec, Duration.ofMinutes(2)))) {
            Stage stage = scene.stage(insert("{_id: 1, k: 1, n: 1, t: 'Größe'}", 1), poison, insert(3, 3));
            assertThat(stage.rows()).isEqualTo(2);
            scene.commit(policy, stage);
        }
        assertOneLetter("22P05", Reason.UNMAPPABLE, poison);
    }

    /** No code of PostgreSQL's stops the job for one document: what no column can hold is kept beside, or refused. */
    @Test
    void zeroCharactersAndTheLargestNumbersAreHeld() throws Exception {
        String odd = "{_id: 1, k: {$numberDouble: '1.7976931348623157E308'}, n: {$numberDecimal: '9.99E+6111'},"
                + " t: 'a\\u0000b', nested: [{x: 'c\\u0000d'}]}";
        try (Scene scene = scene("[{name: k, type: jsonb}, {name: n, type: numeric}, {name: t, type: text},"
                + " {name: nested, type: jsonb}, {name: all, path: '.', type: json}]")) {
            scene.commit(policy, scene.stage(insert(odd, 1)));
        }
        assertThat(letters.letters).isEmpty();
        assertThat(postgres.text("select concat_ws(' ', length(k::text), length(n::text), t is null, nested is null,"
                        + " penstock_unfit is not null) from "
                        + schema + ".cities"))
                .isEqualTo("309 6112 t t t");
        assertThat(postgres.text("select penstock_unfit::text from " + schema + ".cities"))
                .contains("a\\u0000b", "c\\u0000d");
    }

    @Test
    void withoutAPlaceForThemARefusedChangeFailsTheJobAndNothingIsApplied() throws Exception {
        try (Scene scene = prepared()) {
            alter("alter table cities add check (n < 100)");
            Stage stage = scene.stage(insert(2, 2), insert(3, 300));
            assertThatThrownBy(() -> scene.commit(stage))
                    .hasMessageContaining("sink sink cannot take geo.cities")
                    .hasMessageContaining("violates check constraint");
            assertThat(rows()).isEqualTo("1:1");
        }
    }

    private void assertOneLetter(String code, Reason reason, ChangeRecord change) {
        assertThat(letters.letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo(code);
            assertThat(letter.reason()).isEqualTo(reason);
            assertThat(letter.change()).usingRecursiveComparison().isEqualTo(change);
        });
    }

    private String rows() throws SQLException {
        return postgres.text(
                "select coalesce(string_agg(k || ':' || n, ' ' order by k), '') from " + schema + ".cities");
    }

    private long count(String where) throws SQLException {
        return Long.parseLong(postgres.text("select count(*) from " + schema + ".cities where " + where));
    }

    private long staged(String where) throws SQLException {
        return Long.parseLong(
                postgres.text("select count(*) from " + schema + ".penstock_stage_cities where " + where));
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
}
