/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.Bytes;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.StagedRow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Copies rows into a staging table, within a transaction. One that PostgreSQL does not take fails all of a {@code COPY}: so they are copied
 * half by half, behind savepoints, down to the single rows that are refused.
 */
final class StageCopy {
    private static final int PIECE = 1 << 16;

    private final Connection connection;
    private final Layout layout;
    private final String copy;
    private final CopyRow row;
    private final Bytes buffer = new Bytes(2 * PIECE);

    StageCopy(Connection connection, String staging, Layout layout) {
        this.connection = connection;
        this.layout = layout;
        this.row = new CopyRow(layout);
        this.copy = "copy " + staging + " ("
                + layout.stagedColumns().stream().map(Tables::quoted).collect(Collectors.joining(", "))
                + ") from stdin";
    }

    Layout layout() {
        return layout;
    }

    /**
     * Copies.
     *
     * @param withChange whether the changes are kept as they were exported too
     * @param refusals gets those that are not in the table
     */
    void copy(long stage, List<StagedRow> rows, boolean withChange, List<Refusal> refusals)
            throws SQLException, IOException {
        List<Refusal> unfit = new ArrayList<>();
        SQLException failure = Transaction.attempt(connection, () -> copyAll(stage, rows, withChange, unfit));
        if (failure == null) {
            refusals.addAll(unfit);
        } else if (rows.size() == 1) {
            refusals.add(SqlFailure.refusal(rows.get(0).change(), failure));
        } else {
            int half = rows.size() / 2;
            copy(stage, rows.subList(0, half), withChange, refusals);
            copy(stage, rows.subList(half, rows.size()), withChange, refusals);
        }
    }

    private void copyAll(long stage, List<StagedRow> rows, boolean withChange, List<Refusal> unfit)
            throws SQLException, IOException {
        CopyIn into = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        try {
            buffer.clear();
            for (StagedRow each : rows) {
                String why = row.write(stage, each, withChange, buffer);
                if (why != null) {
                    unfit.add(new Refusal(each.change(), Reason.UNMAPPABLE, "unfit", why));
                } else if (buffer.length() >= PIECE) {
                    into.writeToCopy(buffer.array(), 0, buffer.length());
                    buffer.clear();
                }
            }
            into.writeToCopy(buffer.array(), 0, buffer.length());
            into.endCopy();
        } finally {
            if (into.isActive()) {
                into.cancelCopy();
            }
        }
    }
}
