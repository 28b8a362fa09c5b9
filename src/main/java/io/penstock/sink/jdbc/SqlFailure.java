/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What could not be done in which table, with the database's own words; those name no password. */
final class SqlFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private SqlFailure(String message, SQLException cause) {
        super(message, cause);
    }

    /** @param doing what could not be done, as in "stage changes for orders" */
    static SqlFailure cannot(String doing, SQLException cause) {
        return new SqlFailure(
                "PostgreSQL: cannot " + doing + ": " + cause.getMessage()
                        + (cause.getSQLState() == null ? "" : " (SQLSTATE " + cause.getSQLState() + ")"),
                cause);
    }

    /** That a row was refused. */
    static Refusal refusal(ChangeRecord change, SQLException failure) {
        return new Refusal(change, SqlFaults.reason(failure.getSQLState()), failure.getSQLState(), words(failure));
    }

    /** The server's own words, without the row's values, which it tells as a detail. */
    static String words(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return server == null ? failure.getMessage() : server.getMessage();
    }
}
