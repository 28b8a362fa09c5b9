/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.Secret;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;

/** Connects, by the driver itself: {@code DriverManager} does not find drivers in a job's own class loader. */
final class Connections {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** To answer and to let somebody in: a server that is frozen does neither. */
    private static final Duration LOGIN = Duration.ofSeconds(15);

    /** For the server to say by itself that a statement took too long, before the client gives up on it. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A machine that is frozen in the middle of a step holds its locks no longer than that. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofMinutes(1);

    private Connections() {}

    /**
     * Connects; statements then are each a transaction.
     *
     * @param longest what one statement may take, its waiting for locks included; after so long the server ends it, and what it held: also that of a
     *     client which is gone, as in the middle of a {@code COPY}
     */
    static Connection open(JdbcSinkSpec spec, Duration longest) throws IOException {
        Properties properties = new Properties();
        put(properties, "user", spec.username());
        put(properties, "password", spec.password());
        properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        Duration answer = longest.plus(least(GRACE, longest.dividedBy(2)));
        properties.setProperty(
                "loginTimeout", Long.toString(least(LOGIN, answer).toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(answer.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "penstock");
        Connection connection = null;
        try {
            connection = new Driver().connect(spec.url().reveal(), properties);
            if (connection == null) {
                throw new NotPreparedException(
                        "the URL of sink " + spec.name() + " is not one of PostgreSQL's driver (not shown)");
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("set idle_in_transaction_session_timeout = "
                        + least(IDLE_IN_TRANSACTION, longest).toMillis() + "; set statement_timeout = "
                        + longest.toMillis() + "; set lock_timeout = " + longest.toMillis());
                // What is staged must survive a crash of the server: a checkpoint counts on it.
                statement.execute("select set_config('synchronous_commit', 'on', false)"
                        + " where current_setting('synchronous_commit') = 'off'");
            }
            return connection;
        } catch (SQLException e) {
            close(connection, e);
            throw SqlFailure.cannot("connect for sink " + spec.name(), e);
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void put(Properties properties, String name, Secret value) {
        if (value != null) {
            properties.setProperty(name, value.reveal());
        }
    }

    /** Closes a connection, if there is one, because of a failure. */
    static void close(Connection connection, Exception why) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                why.addSuppressed(e);
            }
        }
    }
}
