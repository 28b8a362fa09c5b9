/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

/** A real PostgreSQL whose sessions, and processes, end at any moment, with a writer and a committer that ride it out. */
@Timeout(300)
class PostgresOutageITCase {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Set<String> CALLS =
            Set.of("prepareStatement", "createStatement", "setSavepoint", "releaseSavepoint", "unwrap", "commit");
    private static Postgres postgres;
    private static int tests;

    private final Set<Integer> stopped = ConcurrentHashMap.newKeySet();
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
        schema = "outage" + ++tests;
    }

    private JdbcSinkSpec spec() {
        return postgres.spec(schema, "[{name: k, type: integer}, {name: n, type: integer}]");
    }

    /** What happens to a session at one of its calls. */
    private interface Fate {
        /** Gets the real connection; returns whether the call was made. */
        boolean call(Connection connection, String method) throws SQLException;
    }

    /** A target each of whose sessions may meet with something. */
    private StagedTarget target(Fate fate) {
        return target(fate, LONGEST);
    }

    private StagedTarget target(Fate fate, Duration longest) {
        PostgresTarget real = new PostgresTarget(spec(), Duration.ofMinutes(2));
        return new StagedTarget() {
            private static final long serialVersionUID = 1L;

            @Override
            public String targetOf(Namespace namespace) {
                return real.targetOf(namespace);
            }

            @Override
            public StagingArea openArea(String sink) throws IOException {
                try {
                    return new PostgresArea(fated(Connections.open(spec(), longest), fate), sink, spec());
                } catch (SQLException e) {
                    throw SqlFailure.cannot("open", e);
                }
            }

            @Override
            public StageApplier openApplier(String sink) throws IOException {
                try {
                    return new PostgresApplier(fated(Connections.open(spec(), longest), fate), sink, spec());
                } catch (SQLException e) {
                    throw SqlFailure.cannot("open", e);
                }
            }

            @Override
            public FaultTable faults() {
                return real.faults();
            }
        };
    }

    private static Connection fated(Connection connection, Fate fate) {
        return (Connection) Proxy.newProxyInstance(
                PostgresOutageITCase.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> {
                    if (CALLS.contains(method.getName()) && fate.call(connection, method.getName())) {
                        throw new SQLException("the answer is lost, as the test wants it", "08006");
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static int session(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static void terminate(int session) throws SQLException {
        postgres.text("select pg_terminate_backend(" + session + ")");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> postgres.text("select count(*) from pg_stat_activity where pid = " + session)
                        .equals("0"));
    }

    @Test
    void whereverASessionIsEndedAllIsThereOnce() throws Exception {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        AtomicInteger ended = new AtomicInteger();
        try (Scene scene = new Scene(target((connection, method) -> {
            if (left.getAndDecrement() == 0) {
                ended.incrementAndGet();
                terminate(session(connection));
            }
            return false;
        }))) {
            scene.commit(scene.stage(insert(1, 1), insert(2, 1)));
            int calls = 0;
            for (boolean done = false; !done; calls++) {
                int n = 10 + 2 * calls;
                left.set(calls);
                scene.stageWithoutHandingOver(insert(1, n), insert(2, n));
                Stage stage = scene.stage(insert(2, n + 1), delete(1, n + 1));
                assertThat(stage.rows()).isEqualTo(4);
                assertThat(staged()).isEqualTo(4);
                scene.commit(stage);
                done = left.get() >= 0;
                assertThat(rows()).as("ended at call %d", calls).isEqualTo("2:" + (n + 1));
                assertThat(staged()).isZero();
            }
            assertThat(ended.get()).isEqualTo(calls - 1).isGreaterThan(25);
        }
    }

    @Test
    void ifTheAnswerOfACommitIsLostItIsNotDoneAgain() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        try (Scene scene = new Scene(target((connection, method) -> {
            if (!method.equals("commit") || lost.incrementAndGet() % 2 == 0) {
                return false;
            }
            connection.commit();
            terminate(session(connection));
            return true;
        }))) {
            for (int n = 1; n < 12; n++) {
                scene.stageWithoutHandingOver(insert(1, 2 * n), insert(2, 2 * n));
                Stage stage = scene.stage(insert(1, 2 * n + 1), insert(3, n));
                assertThat(staged()).isEqualTo(4);
                scene.commit(stage);
                assertThat(rows()).isEqualTo("1:" + (2 * n + 1) + " 2:" + 2 * n + " 3:" + n);
                assertThat(staged()).isZero();
            }
            assertThat(lost.get()).isGreaterThan(40);
        }
    }

    /** With a row refused as well: what the lost answer would have told is learned again. */
    @Test
    void ifTheAnswerIsLostThatARowWasRefusedItIsSaidAgain() throws Exception {
        AtomicInteger lost = new AtomicInteger(-1);
        try (Scene scene = new Scene(target((connection, method) -> {
            if (!method.equals("commit") || lost.getAndDecrement() != 0) {
                return false;
            }
            connection.commit();
            terminate(session(connection));
            return true;
        }))) {
            scene.commit(scene.stage(insert(1, 1)));
            postgres.run("alter table " + schema + ".penstock_stage_cities add check (n <> 7)");
            lost.set(0);
            Stage stage = scene.stage(insert(6, 6), insert(7, 7), insert(8, 8));
            assertThat(lost.get()).isNegative();
            assertThat(stage.rows()).isEqualTo(2);
            assertThat(stage.letters()).hasSize(1);
            assertThat(staged()).isEqualTo(2);
        }
    }

    /** A frozen server process that has the commit in its socket, wakes up when the batch is being repeated, and commits it. */
    @Test
    void aSessionThatWakesUpAndCommitsLateIsWaitedFor() throws Exception {
        AtomicInteger left = new AtomicInteger(-1);
        Semaphore frozen = new Semaphore(0);
        int[] sleeper = new int[1];
        try (Scene scene = new Scene(target((connection, method) -> {
            if (!method.equals("commit") || left.getAndDecrement() != 0) {
                return false;
            }
            sleeper[0] = session(connection);
            signal("STOP", sleeper[0]);
            connection.setNetworkTimeout(Runnable::run, 1000);
            frozen.release();
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            return true;
        }))) {
            scene.commit(scene.stage(insert(1, 1)));
            for (int batch = 0; batch < 2; batch++) {
                left.set(0);
                FutureTask<Boolean> alarm = new FutureTask<>(() -> {
                    frozen.acquire();
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> postgres.text("select count(*) from pg_stat_activity where " + sleeper[0]
                                            + " = any (pg_blocking_pids(pid))")
                                    .equals("1"));
                    signal("CONT", sleeper[0]);
                    return true;
                });
                new Thread(alarm).start();
                scene.stageWithoutHandingOver(insert(2 + batch, 2));
                assertThat(alarm.get()).as("somebody waited").isTrue();
                assertThat(staged()).as("batch %d", batch).isEqualTo(1 + batch);
            }
            Stage stage = scene.stage(insert(4, 4));
            assertThat(stage.rows()).isEqualTo(3);
            scene.commit(stage);
            assertThat(rows()).isEqualTo("1:1 2:2 3:2 4:4");
        }
    }

    /** Nothing stays frozen behind a test that fails. */
    @AfterEach
    void wakeUp() throws IOException, InterruptedException {
        for (int each : stopped) {
            new ProcessBuilder("kill", "-CONT", Integer.toString(each)).start().waitFor();
        }
        stopped.clear();
    }

    private void signal(String signal, int session) throws SQLException {
        try {
            if (signal.equals("STOP")) {
                stopped.add(session);
            }
            int ended = new ProcessBuilder("kill", "-" + signal, Integer.toString(session))
                    .start()
                    .waitFor();
            assertThat(ended).isZero();
        } catch (IOException | InterruptedException e) {
            throw new SQLException(e);
        }
    }

    /** The kernel takes connections and nobody answers them. */
    @Test
    void aServerThatIsFrozenIsRiddenOut() throws Exception {
        AtomicInteger batches = new AtomicInteger(-1);
        AtomicInteger connects = new AtomicInteger();
        List<Integer> frozen = new ArrayList<>();
        StagedTarget target = target(
                (connection, method) -> {
                    if (method.equals("unwrap") && batches.getAndDecrement() == 0) {
                        for (ProcessHandle each : postgres.processes()) {
                            frozen.add((int) each.pid());
                        }
                        for (int each : frozen) {
                            signal("STOP", each);
                        }
                    }
                    return false;
                },
                Duration.ofSeconds(2));
        StagedTarget counted = counting(target, () -> {
            // The first of the attempts that follow finds nobody who lets it in.
            if (connects.incrementAndGet() == 3) {
                for (int each : frozen) {
                    signal("CONT", each);
                }
            }
        });
        try (Scene scene = new Scene(counted)) {
            scene.stageWithoutHandingOver(insert(1, 1));
            batches.set(0);
            scene.stageWithoutHandingOver(insert(2, 2), insert(3, 3));
            Stage stage = scene.stage(insert(4, 4));
            assertThat(connects.get()).isGreaterThanOrEqualTo(3);
            assertThat(staged()).isEqualTo(4);
            scene.commit(stage);
            assertThat(rows()).isEqualTo("1:1 2:2 3:3 4:4");
        }
    }

    private interface Opening {
        void happens() throws SQLException;
    }

    private static StagedTarget counting(StagedTarget target, Opening opening) {
        return (StagedTarget) Proxy.newProxyInstance(
                PostgresOutageITCase.class.getClassLoader(),
                new Class<?>[] {StagedTarget.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("openArea")) {
                        opening.happens();
                    }
                    try {
                        return method.invoke(target, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aServerThatIsKilledAndStartedAgainIsRiddenOut() throws Exception {
        try (Scene scene = new Scene(new PostgresTarget(spec(), Duration.ofMinutes(4)))) {
            scene.commit(scene.stage(insert(1, 1)));
            scene.stageWithoutHandingOver(
                    IntStream.range(100, 200).mapToObj(k -> insert(k, 5)).toArray(ChangeRecord[]::new));
            postgres.kill();
            Thread restart = new Thread(() -> {
                try {
                    postgres.restart();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            restart.start();
            Stage stage = scene.stage(
                    IntStream.range(200, 300).mapToObj(k -> insert(k, 6)).toArray(ChangeRecord[]::new));
            restart.join();
            assertThat(stage.rows()).isEqualTo(200);
            postgres.kill();
            postgres.restart();
            scene.commit(stage);
            assertThat(postgres.count(schema, "cities")).isEqualTo(201);
            assertThat(staged()).isZero();
        }
    }

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
        String document = "{_id: " + key + ", k: " + key + ", n: " + n + "}";
        return Changes.insert(CITIES, document, version(n), Changes.bson(document));
    }

    private static ChangeRecord delete(int key, int n) {
        return Changes.delete(CITIES, "{_id: " + key + "}", version(n));
    }
}
