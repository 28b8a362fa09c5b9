/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageApplier;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Applies staged rows inside PostgreSQL: they are not read by the job again. A step is one transaction, and one at a time.
 *
 * <p>Why it may be repeated while a session that was given up still commits: the transaction's first statement takes a lock, which is held by whoever has
 * {@code COMMIT} in its socket, since that is sent when all else was answered. The repetition waits for the same lock, and then sees in
 * {@code penstock_applied} what was done.
 */
final class PostgresApplier implements StageApplier {
    private final Connection connection;
    private final String sink;
    private final Tables tables;
    private final Schema schema;
    private final StagedLayouts layouts;

    PostgresApplier(Connection connection, String sink, JdbcSinkSpec spec) throws SQLException, IOException {
        this.connection = connection;
        this.sink = sink;
        this.tables = Tables.of(spec);
        this.schema = new Schema(connection, tables, spec.createTable());
        this.layouts = new StagedLayouts(connection, spec, schema, new AgreedColumns(connection, tables, schema));
        schema.requireShared();
    }

    @Override
    public void inOneStep(List<Stage> stages, Step step) throws IOException {
        try {
            // Before, since it may create something: columns that the job file has now and had not when these were
            // staged, and those of new fields.
            layouts.require(targets(stages), ids(stages));
            Transaction.run(connection, () -> {
                // Two that upsert the same keys in different orders would stop each other.
                try (PreparedStatement lock = connection.prepareStatement(
                        "select pg_advisory_xact_lock(hashtextextended('penstock apply ' || ?, 0))")) {
                    lock.setString(1, tables.schema());
                    lock.execute();
                }
                step.run();
            });
        } catch (SQLException e) {
            throw SqlFailure.cannot("commit changes of sink " + sink, e);
        }
    }

    @Override
    public long lastApplied(UUID writer) throws IOException {
        try (PreparedStatement select =
                connection.prepareStatement("select number from " + tables.applied() + " where writer = ?")) {
            select.setObject(1, writer);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw SqlFailure.cannot("read " + tables.applied(), e);
        }
    }

    @Override
    public Content content(Stage stage) throws IOException {
        long rows = 0;
        long digest = 0;
        for (String target : stage.targets()) {
            if (!layouts.hasStaging(target)) {
                continue;
            }
            try (PreparedStatement select =
                    connection.prepareStatement("select count(*), coalesce(sum(penstock_check), 0) from "
                            + tables.staging(target) + " where penstock_stage = ?")) {
                select.setLong(1, stage.name().id());
                try (ResultSet found = select.executeQuery()) {
                    found.next();
                    rows += found.getLong(1);
                    BigDecimal sum = found.getBigDecimal(2);
                    digest += sum.toBigInteger().longValue();
                }
            } catch (SQLException e) {
                throw SqlFailure.cannot("count what is staged in " + tables.staging(target), e);
            }
        }
        return new Content(rows, digest);
    }

    @Override
    public List<Refusal> apply(List<Stage> stages) throws IOException {
        try {
            List<Refusal> refusals = new ArrayList<>();
            SQLException late = Transaction.attempt(connection, () -> {
                refusals.addAll(applyAll(stages));
                // What waits for the end of the transaction is checked now: at the end nothing could be set aside any
                // more.
                checkConstraints();
            });
            if (late == null) {
                return refusals;
            }
            checkConstraints();
            return applyAll(stages);
        } catch (SQLException e) {
            throw SqlFailure.cannot("apply staged changes to tables in " + tables.schema(), e);
        }
    }

    private void checkConstraints() throws SQLException {
        try (PreparedStatement check = connection.prepareStatement("set constraints all immediate")) {
            check.execute();
        }
    }

    /** What one table refuses for the sake of another, or of a row that comes later, is tried again at the end. */
    private List<Refusal> applyAll(List<Stage> stages) throws SQLException, IOException {
        List<TargetApply> targets = new ArrayList<>();
        for (String target : targets(stages)) {
            Layout layout = layouts.of(target);
            if (layout == null) {
                // Nothing is staged for it: all was refused.
                continue;
            }
            TargetApply apply = new TargetApply(
                    connection, tables, target, layout, ids(stages), targets.size(), TargetApply.MOST_REFUSED);
            apply.run();
            targets.add(apply);
        }
        for (boolean taken = true; taken; ) {
            taken = false;
            for (TargetApply each : targets) {
                taken |= each.runAgain();
            }
        }
        List<Refusal> refusals = new ArrayList<>();
        for (TargetApply each : targets) {
            refusals.addAll(each.refusals());
        }
        return refusals;
    }

    private static Object[] ids(List<Stage> stages) {
        return stages.stream().map(stage -> stage.name().id()).toArray();
    }

    private static SortedSet<String> targets(List<Stage> stages) {
        SortedSet<String> targets = new TreeSet<>();
        stages.forEach(stage -> targets.addAll(stage.targets()));
        return targets;
    }

    @Override
    public void markApplied(Stage stage) throws IOException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "insert into " + tables.applied()
                        + " as a values (?, ?, ?) on conflict (writer) do update set number = greatest(a.number, excluded.number)")) {
            upsert.setObject(1, stage.name().writer());
            upsert.setString(2, sink);
            upsert.setLong(3, stage.name().number());
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw SqlFailure.cannot("write " + tables.applied(), e);
        }
    }

    @Override
    public void clear(Stage stage) throws IOException {
        for (String target : stage.targets()) {
            try {
                PostgresArea.remove(connection, tables, stage.name().id(), target);
            } catch (SQLException e) {
                throw SqlFailure.cannot("clear " + tables.staging(target), e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqlFailure.cannot("close the connection of sink " + sink, e);
        }
    }
}
