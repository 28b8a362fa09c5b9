/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.awaitility.Awaitility.await;

import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real PostgreSQL server of a test. */
public final class Postgres implements AutoCloseable {
    private final EmbeddedPostgres server;
    private Path folder;

    private Postgres(EmbeddedPostgres server) {
        this.server = server;
    }

    public static Postgres start() throws IOException {
        return new Postgres(EmbeddedPostgres.builder().start());
    }

    public String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** A section of a job file for this server, whose tables are created. */
    public JdbcSinkSpec spec(String schema, String columns) {
        return specWith(schema, "create-table: true, columns: " + columns);
    }

    /** A section of a job file for this server, with further keys. */
    public JdbcSinkSpec specWith(String schema, String keys) {
        return specAt(url(), schema, keys);
    }

    /** A section of a job file for another database of this server. */
    public JdbcSinkSpec specAt(String url, String schema, String keys) {
        String job =
                """
                name: laws
                source: {uri: mongodb://localhost, collections: [geo.cities]}
                sinks:
                  - {type: jdbc, url: "%s", schema: "%s", %s}
                """
                        .formatted(url, schema, keys);
        return (JdbcSinkSpec) JobSpec.parse("job.yaml", job, Map.<String, String>of()::get)
                .sinks()
                .get(0);
    }

    public Connection connect() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    public boolean exists(String schema, String table) throws SQLException {
        return !"null".equals(text("select to_regclass('\"" + schema + "\".\"" + table + "\"')"));
    }

    public long count(String schema, String table) throws SQLException {
        return Long.parseLong(text("select count(*) from \"" + schema + "\".\"" + table + "\""));
    }

    /** The first column of the first row, as text. */
    public String text(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    public void run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The server's processes, the one that starts the others first. */
    public List<ProcessHandle> processes() throws SQLException {
        try {
            folder = folder == null ? Path.of(text("show data_directory")) : folder;
            long pid = Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).get(0));
            ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
            List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
            postmaster.descendants().forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new SQLException("no server is running", e);
        }
    }

    /** Kills all of the server's processes, as a machine that fails does. */
    public void kill() throws SQLException {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            await().atMost(Duration.ofMinutes(1)).until(() -> !each.isAlive());
        }
    }

    /** Starts the server again that was killed, with what it has on its disk. */
    public void restart() throws IOException {
        String line = Files.readString(folder.resolve("postmaster.opts")).strip();
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // It does not run as root.
            command.addAll(List.of("unshare", "-U"));
        }
        for (String each : line.split(" ")) {
            command.add(each.replaceAll("^\"|\"$", ""));
        }
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("restarted.log").toFile())
                .start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
