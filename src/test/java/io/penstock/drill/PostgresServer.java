/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** PostgreSQL: a postmaster and its processes, which can be killed and frozen all at once, and start again on what they kept. */
final class PostgresServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private EmbeddedPostgres server;
    private ProcessHandle postmaster;

    private PostgresServer(Path folder) {
        this.folder = folder;
        // A drill that is interrupted leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processes().forEach(ProcessHandle::destroyForcibly)));
    }

    static PostgresServer start(Path folder) throws IOException {
        PostgresServer server = new PostgresServer(folder);
        server.start();
        return server;
    }

    /** Where a server of a folder keeps what it has; the folder around it may be a disk. */
    static Path data(Path folder) {
        return folder.resolve("disk").resolve("data");
    }

    /** Starts it, again on what it kept, on any port; open when this returns. */
    void start() throws IOException {
        Files.createDirectories(folder);
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data(folder))
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(
                        Path.of("target", "tmp", "embedded-pg").toAbsolutePath().toFile())
                .setOutputRedirector(
                        Redirect.appendTo(folder.resolve("postgres.out").toFile()))
                .setPGStartupWait(PATIENCE)
                // As a server of one's own has it: what is acknowledged survives.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                // So that a small disk holds it.
                .setServerConfig("min_wal_size", "32MB")
                .setServerConfig("max_wal_size", "64MB")
                .start();
        String pid = Files.readAllLines(data(folder).resolve("postmaster.pid")).get(0);
        postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    int port() {
        return server.getPort();
    }

    Connection connect() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    /** SIGKILL of all its processes. */
    void kill() throws IOException, InterruptedException {
        // Stopped first: one that is still running would start others.
        freeze();
        List<ProcessHandle> all = processes().toList();
        for (ProcessHandle process : all) {
            Child.signal(process.pid(), "KILL");
        }
        Awaitility.await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        server.close();
    }

    /** SIGSTOP of all its processes: the postmaster, which makes the others, first. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Child.signal(postmaster.pid(), signal);
        for (ProcessHandle process : postmaster.children().toList()) {
            Child.signal(process.pid(), signal);
        }
    }

    private Stream<ProcessHandle> processes() {
        return Optional.ofNullable(postmaster).stream().flatMap(one -> Stream.concat(Stream.of(one), one.children()));
    }

    /** Waits until it answers, and starts it when it has ended by itself. */
    void startIfEnded() throws IOException {
        Awaitility.await().atMost(PATIENCE).until(() -> !postmaster.isAlive() || answers());
        if (!postmaster.isAlive()) {
            server.close();
            start();
        }
    }

    private boolean answers() {
        try (Connection connection = connect()) {
            return connection.isValid((int) PATIENCE.toSeconds());
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thaw();
        server.close();
    }
}
