/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Added;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageRemovedException;
import io.penstock.sink.staged.StagedRow;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Staging tables of PostgreSQL, filled by {@code COPY}. Each batch is one transaction, which holds the stage's entry in
 * {@code penstock_stages}: so a stage cannot be removed while rows are added to it, and none are added to one that was removed.
 *
 * <p>Why rows are never doubled when a batch is repeated, though a connection may break with its backend still at work, or before the answer of a commit
 * came. The transaction's first statements lock the entry; its rows follow once that was answered, and {@code COMMIT} is sent when they were answered too: three
 * round trips, of which none is sent ahead.
 *
 * <ul>
 *   <li>So a backend that may still commit, such as one of a server that was frozen and wakes up with {@code COMMIT} in its socket, holds the lock. The
 *       repetition waits for the same lock, then counts: all of the batch is there, or none of it.
 *   <li>A backend that wakes up with an earlier statement in its socket runs it, finds its client gone, and rolls back. It may get the lock behind
 *       the repetition: it adds nothing.
 *   <li>Whoever waits for a lock longer than one attempt may take fails and is repeated in turn; the server ends a session whose client is gone.
 * </ul>
 */
final class PostgresArea implements StagingArea {
    private final Connection connection;
    private final String sink;
    private final Tables tables;
    private final Layouts layouts;
    private final Guards guards;
    private final Map<String, StageCopy> copies = new HashMap<>();

    /** Targets, and whether they may refuse rows of the stage that is being added to. */
    private final Map<String, Boolean> refusing = new HashMap<>();

    PostgresArea(Connection connection, String sink, JdbcSinkSpec spec) throws SQLException, IOException {
        this.connection = connection;
        this.sink = sink;
        this.tables = Tables.of(spec);
        Schema schema = new Schema(connection, tables, spec.createTable());
        this.layouts = new Layouts(spec, schema, new AgreedColumns(connection, tables, schema));
        this.guards = new Guards(connection, tables);
        schema.requireShared();
    }

    @Override
    public int removeLeftovers(Leftover leftover) throws IOException {
        Map<Entry, Boolean> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select stage, target, subtask, after_checkpoint from " + tables.stages() + " where sink = ?")) {
            select.setString(1, sink);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            new Entry(rows.getLong(1), rows.getString(2)),
                            leftover.includes(rows.getLong(1), rows.getInt(3), rows.getLong(4)));
                }
            }
            int removed = 0;
            for (Map.Entry<Entry, Boolean> each : found.entrySet()) {
                if (each.getValue()) {
                    Transaction.run(
                            connection,
                            () -> remove(
                                    connection,
                                    tables,
                                    each.getKey().stage(),
                                    each.getKey().target()));
                    removed++;
                }
            }
            return removed;
        } catch (SQLException e) {
            throw SqlFailure.cannot("remove what an earlier attempt staged for sink " + sink, e);
        }
    }

    private record Entry(long stage, String target) {}

    /** The entry first: that waits for a writer which is still adding rows, and then they are seen and removed too. */
    static void remove(Connection connection, Tables tables, long stage, String target) throws SQLException {
        try (PreparedStatement entry = connection.prepareStatement(
                        "delete from " + tables.stages() + " where stage = ? and target = ?");
                PreparedStatement rows = connection.prepareStatement(
                        "delete from " + tables.staging(target) + " where penstock_stage = ?")) {
            entry.setLong(1, stage);
            entry.setString(2, target);
            entry.executeUpdate();
            rows.setLong(1, stage);
            rows.executeUpdate();
        }
    }

    @Override
    public List<Refusal> add(Stage.Name stage, int subtask, String target, Collection<StagedRow> rows, Added before)
            throws IOException {
        try {
            Layout layout = layouts.require(target, rows);
            if (before.rows() == 0 || !copies.containsKey(target)) {
                refusing.put(target, guards.mayRefuse(target, layout));
            }
            if (!copies.containsKey(target) || !copies.get(target).layout().equals(layout)) {
                copies.put(target, new StageCopy(connection, tables.staging(target), layout));
            }
            List<Refusal> refusals = new ArrayList<>();
            Transaction.run(connection, () -> {
                hold(stage, subtask, target, before);
                long found = before.isRepeated() ? count(stage, target) : before.rows();
                if (found != before.rows() + rows.size()) {
                    copies.get(target).copy(stage.id(), List.copyOf(rows), refusing.get(target), refusals);
                    settle(found, rows.size() - refusals.size(), before);
                }
            });
            return refusals;
        } catch (SQLException e) {
            throw SqlFailure.cannot("stage " + rows.size() + " changes for " + tables.target(target), e);
        }
    }

    /**
     * Sees to it that rows are there once, when they were copied to learn which of them are refused.
     *
     * @param found how many the stage had before they were copied
     */
    private void settle(long found, long copied, Added before) throws SQLException, IOException {
        if (found == before.rows() + copied && copied > 0) {
            // An earlier attempt has added them.
            connection.rollback();
        } else if (found != before.rows()) {
            throw new StageRemovedException(sink, found, before.rows() + " or " + (before.rows() + copied));
        }
    }

    /** Locks the stage's entry, which the first rows make; both wait for a backend of an earlier attempt that is at work still. */
    private void hold(Stage.Name stage, int subtask, String target, Added before) throws SQLException, IOException {
        if (before.rows() == 0) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into " + tables.stages() + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
                insert.setLong(1, stage.id());
                insert.setString(2, target);
                insert.setString(3, sink);
                insert.setObject(4, stage.writer());
                insert.setInt(5, subtask);
                insert.setLong(6, stage.number());
                insert.setLong(7, stage.afterCheckpoint());
                insert.executeUpdate();
            }
        }
        try (PreparedStatement select = connection.prepareStatement(
                "select 1 from " + tables.stages() + " where stage = ? and target = ? for update")) {
            select.setLong(1, stage.id());
            select.setString(2, target);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    throw new StageRemovedException(sink);
                }
            }
        }
    }

    private long count(Stage.Name stage, String target) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select count(*) from " + tables.staging(target) + " where penstock_stage = ?")) {
            select.setLong(1, stage.id());
            try (ResultSet count = select.executeQuery()) {
                count.next();
                return count.getLong(1);
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
