/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** Runs work as one transaction. */
final class Transaction {
    private Transaction() {}

    /** Commits when the work ends, rolls back when it throws. */
    static void run(Connection connection, Work work) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | IOException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        connection.setAutoCommit(true);
    }

    /**
     * Runs work within a transaction that goes on without it when a row is refused.
     *
     * @return the refusal; null when there was none
     * @throws SQLException any other failure
     */
    static SQLException attempt(Connection connection, Work work) throws SQLException, IOException {
        Savepoint before = connection.setSavepoint();
        SQLException refusal = null;
        try {
            work.run();
        } catch (SQLException e) {
            if (!SqlFaults.isRecord(e)) {
                throw e;
            }
            connection.rollback(before);
            refusal = e;
        }
        connection.releaseSavepoint(before);
        return refusal;
    }

    /** What is to happen as a whole. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException, IOException;
    }
}
