/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.jdbc.Postgres;
import io.penstock.sink.jdbc.PostgresTarget;
import io.penstock.sink.staged.StagedSink;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** A PostgreSQL table, beside the same rows by {@code COPY}, and by batches of {@code insert … on conflict do update}. */
final class PostgresComparison implements Comparison {
    private static final int TRANSACTION = 20_000;
    private static final int BATCH = 1_000;
    private static final String TABLE = "bench.cities";

    private final Postgres postgres = Postgres.start();
    private final List<byte[]> copied = new ArrayList<>();
    private final List<Object[]> rows = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();

    PostgresComparison() throws IOException {}

    @Override
    public String section() {
        return """
                {type: jdbc, url: "%s", schema: bench, create-table: true, columns: [{name: id, path: _id, type: integer}, \
                {name: name}, {name: country}, {name: population, type: integer}, {name: elevation, type: double precision}, \
                {name: modified, type: timestamptz}, {name: location, type: jsonb}, {name: code}, {name: text}, \
                {name: active, type: boolean}]}"""
                .formatted(postgres.url());
    }

    @Override
    public void attach(DataStream<ChangeRecord> changes, JobSpec spec) {
        PostgresTarget target = new PostgresTarget(
                (JdbcSinkSpec) spec.sinks().get(0), spec.pipeline().checkpointTimeout());
        changes.sinkTo(new StagedSink(
                        spec.name(),
                        "jdbc",
                        target,
                        Fence.none(),
                        DeadLetterPolicy.NONE,
                        spec.pipeline().checkpointTimeout()))
                .name("jdbc")
                .uid("jdbc");
    }

    @Override
    public void clear() throws SQLException {
        postgres.run("drop schema if exists bench cascade");
        postgres.run("create schema bench");
        if (!rows.isEmpty()) {
            // The sink takes it as it is.
            postgres.run("create table " + TABLE + " (like kept including all)");
        }
        postgres.run("checkpoint");
    }

    @Override
    public long visible() throws SQLException {
        return postgres.count("bench", "cities");
    }

    /** In the order in which the sink got them, which is not the one in which they lie in the table. */
    @Override
    public long keep() throws SQLException {
        String ordered = "select * from " + TABLE + " order by id";
        postgres.run("create table kept (like " + TABLE + " including all)");
        long bytes = 0;
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            CopyOut copy =
                    connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy (" + ordered + ") to stdout");
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                copied.add(row);
                bytes += row.length;
            }
            try (ResultSet found = statement.executeQuery(ordered)) {
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    columns.add(found.getMetaData().getColumnName(i));
                }
                while (found.next()) {
                    Object[] row = new Object[columns.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = found.getObject(i + 1);
                    }
                    rows.add(row);
                }
            }
        }
        return bytes;
    }

    @Override
    public Map<String, Client> clients() {
        Map<String, Client> clients = new LinkedHashMap<>();
        clients.put("copy", this::copy);
        clients.put("insert", this::insert);
        return clients;
    }

    private long copy() throws SQLException {
        try (Connection connection = connect()) {
            long start = System.nanoTime();
            for (int from = 0; from < copied.size(); from += TRANSACTION) {
                CopyIn copy =
                        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + TABLE + " from stdin");
                for (byte[] row : copied.subList(from, Math.min(from + TRANSACTION, copied.size()))) {
                    copy.writeToCopy(row, 0, row.length);
                }
                copy.endCopy();
                connection.commit();
            }
            return System.nanoTime() - start;
        }
    }

    private long insert() throws SQLException {
        String updates = columns.stream()
                .filter(column -> !column.equals("penstock_key"))
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        String sql = "insert into " + TABLE + " (" + String.join(", ", columns) + ") values ("
                + String.join(", ", Collections.nCopies(columns.size(), "?"))
                + ") on conflict (penstock_key) do update set " + updates;
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            long start = System.nanoTime();
            for (int i = 0; i < rows.size(); i++) {
                Object[] row = rows.get(i);
                for (int column = 0; column < row.length; column++) {
                    insert.setObject(column + 1, row[column]);
                }
                insert.addBatch();
                if ((i + 1) % BATCH == 0 || i + 1 == rows.size()) {
                    insert.executeBatch();
                }
                if ((i + 1) % TRANSACTION == 0) {
                    connection.commit();
                }
            }
            connection.commit();
            return System.nanoTime() - start;
        }
    }

    /** As durable as the sink, which sees to that for its own connections. */
    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(postgres.url() + "&reWriteBatchedInserts=true");
        try (Statement statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = on");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
