/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecordSerializer;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.core.memory.DataInputDeserializer;

/**
 * Applies what is staged for one target, within a transaction. All at once as a rule; when that fails for a row, the staged rows are copied into a temporary
 * table with running numbers for their keys, and applied half by half, behind savepoints, down to the keys that are refused. Of such a key the newest
 * change that the target takes is in it, or what was there before.
 */
final class TargetApply {
    /** What depends on rows that may come later in the same transaction: uniqueness, foreign keys, exclusion, and what triggers look at. */
    private static final Set<String> MAY_PASS = Set.of("23505", "23503", "23P01", "P0001");

    /** More are no exceptions: to find each of them would hold up the job for longer than a checkpoint can wait. */
    static final int MOST_REFUSED = 10_000;

    private final Connection connection;
    private final int mostRefused;
    private final Tables tables;
    private final String target;
    private final Layout layout;
    private final Object[] stages;
    private final String copy;
    private final String rangeSql;
    private final List<Refused> refused = new ArrayList<>();

    /**
     * Applies stages to a target, when it is run.
     *
     * @param place tells it from others of the transaction
     * @param mostRefused how many changes are set aside, as in {@link #MOST_REFUSED}
     */
    TargetApply(
            Connection connection,
            Tables tables,
            String target,
            Layout layout,
            Object[] stages,
            int place,
            int mostRefused) {
        this.connection = connection;
        this.mostRefused = mostRefused;
        this.tables = tables;
        this.target = target;
        this.layout = layout;
        this.stages = stages;
        this.copy = "pg_temp.penstock_apply_" + place;
        this.rangeSql = ApplySql.of(
                tables, target, layout, copy + " where penstock_n >= ? and penstock_n < ? and not penstock_refused");
    }

    /** A change that the target does not take, and what it says. */
    private record Refused(long n, String version, int revision, boolean isDelete, byte[] change, SQLException why) {}

    /** @throws NotPreparedException when too many changes are refused */
    void run() throws SQLException, IOException {
        SQLException failure = attempt(this::all);
        if (failure == null) {
            return;
        }
        List<String> columns = new ArrayList<>(layout.appliedColumns());
        columns.add(Layout.CHANGE);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temporary table " + copy.substring(copy.indexOf('.') + 1)
                    + " on commit drop as select "
                    + columns.stream().map(Tables::quoted).collect(Collectors.joining(", "))
                    + ", dense_rank() over (order by penstock_key) as penstock_n, false as penstock_refused from "
                    + tables.staging(target) + " where penstock_stage in ("
                    + Arrays.stream(stages).map(String::valueOf).collect(Collectors.joining(", ")) + ")");
            statement.execute("create index on " + copy + " (penstock_n)");
            statement.execute("analyze " + copy);
        }
        range(1, keys() + 1);
    }

    /**
     * Tries again what was refused for the sake of other rows, which may be there or gone by now.
     *
     * @return whether something was taken
     */
    boolean runAgain() throws SQLException, IOException {
        boolean taken = false;
        for (Refused each : List.copyOf(refused)) {
            if (refused.contains(each)
                    && MAY_PASS.contains(each.why().getSQLState())
                    && attempt(() -> {
                                mark(each, false);
                                apply(each.n(), each.n() + 1);
                            })
                            == null) {
                // Of a key the newest come first: older ones are of no interest now.
                List<Refused> older = refused.subList(refused.indexOf(each), refused.size());
                older.removeIf(other -> other.n() == each.n());
                taken = true;
            }
        }
        return taken;
    }

    /**
     * The changes that are not in the target.
     *
     * @throws NotPreparedException when they were not kept as they were exported
     */
    List<Refusal> refusals() throws IOException {
        List<Refusal> refusals = new ArrayList<>();
        for (Refused each : refused) {
            if (each.change() == null) {
                throw new NotPreparedException(
                        "PostgreSQL: " + tables.target(target) + " refuses a change, version " + each.version() + ": "
                                + SqlFailure.words(each.why()) + " (SQLSTATE "
                                + each.why().getSQLState()
                                + "). It was staged when the table had nothing that could refuse it, so that there is nothing to make a"
                                + " dead letter of. Take away what refuses it until this checkpoint is committed, then make"
                                + " it again: whatever is refused from then on becomes a dead letter",
                        each.why());
            }
            ChangeRecord change = ChangeRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(each.change()));
            refusals.add(SqlFailure.refusal(change, each.why()));
        }
        return refusals;
    }

    private void range(long from, long to) throws SQLException, IOException {
        SQLException failure = attempt(() -> apply(from, to));
        if (failure == null) {
            return;
        }
        if (to - from > 1) {
            long middle = (from + to) / 2;
            range(from, middle);
            range(middle, to);
        } else {
            Refused newest = newest(from, failure);
            if (refused.size() == mostRefused) {
                throw new NotPreparedException(
                        "PostgreSQL: " + tables.target(target) + " refuses more than " + mostRefused
                                + " changes of one checkpoint, which are not set aside one by one. Mend the table; the job"
                                + " goes on by itself then. Such as, version " + newest.version() + ": "
                                + SqlFailure.words(failure) + " (SQLSTATE " + failure.getSQLState() + ")",
                        failure);
            }
            refused.add(newest);
            mark(newest, true);
            range(from, to);
        }
    }

    private void all() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                ApplySql.of(tables, target, layout, tables.staging(target) + " where penstock_stage = any (?)"))) {
            statement.setArray(1, connection.createArrayOf("bigint", stages));
            apply(statement, 2);
        }
    }

    private void apply(long from, long to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(rangeSql)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            apply(statement, 3);
        }
    }

    private void apply(PreparedStatement statement, int next) throws SQLException {
        for (int i = next; i < next + ApplySql.TARGETS; i++) {
            statement.setString(i, target);
        }
        statement.executeUpdate();
    }

    private long keys() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select max(penstock_n) from " + copy)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Refused newest(long n, SQLException why) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select penstock_version, penstock_revision, penstock_delete, " + Layout.CHANGE + " from " + copy
                        + " where penstock_n = ? and not penstock_refused"
                        + " order by penstock_version collate \"C\" desc, penstock_revision desc, penstock_delete limit 1")) {
            select.setLong(1, n);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw why;
                }
                return new Refused(n, row.getString(1), row.getInt(2), row.getBoolean(3), row.getBytes(4), why);
            }
        }
    }

    private void mark(Refused change, boolean isRefused) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update " + copy
                + " set penstock_refused = ? where penstock_n = ? and penstock_version = ? and penstock_revision = ?"
                + " and penstock_delete = ?")) {
            update.setBoolean(1, isRefused);
            update.setLong(2, change.n());
            update.setString(3, change.version());
            update.setInt(4, change.revision());
            update.setBoolean(5, change.isDelete());
            update.executeUpdate();
        }
    }

    /** Does something that changes nothing when a row is refused; null when none was. */
    private SQLException attempt(Transaction.Work work) throws SQLException, IOException {
        return Transaction.attempt(connection, work);
    }
}
