/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.Namespace;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.FaultTable;
import io.penstock.sink.staged.StageApplier;
import io.penstock.sink.staged.StagedTarget;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A PostgreSQL database, as a job file's section has it. */
public final class PostgresTarget implements StagedTarget {
    private static final long serialVersionUID = 1L;

    /** A batch is at most 4 MB, or one document; a server that takes longer is not there. */
    private static final Duration LONGEST_BATCH = Duration.ofSeconds(30);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final JdbcSinkSpec spec;
    private final Duration patience;

    /**
     * The target of a job file's section. Connects to nothing.
     *
     * @param checkpointTimeout decides how long a statement may take, so that one which a frozen server does not answer leaves time for another attempt: of
     *     the committer half of what it has patience for, of a writer a quarter, 30 seconds at most
     */
    public PostgresTarget(JdbcSinkSpec spec, Duration checkpointTimeout) {
        this.spec = spec;
        this.patience = Attempts.patience(checkpointTimeout);
    }

    @Override
    public String targetOf(Namespace namespace) {
        return Tables.checked(spec.tableFor(namespace.database(), namespace.collection()));
    }

    @Override
    public StagingArea openArea(String sink) throws IOException {
        Duration quarter = patience.dividedBy(4);
        Duration longest = quarter.compareTo(LONGEST_BATCH) < 0 ? quarter : LONGEST_BATCH;
        return open(longest, connection -> new PostgresArea(connection, sink, spec));
    }

    @Override
    public StageApplier openApplier(String sink) throws IOException {
        return open(patience.dividedBy(2), connection -> new PostgresApplier(connection, sink, spec));
    }

    @Override
    public FaultTable faults() {
        return SqlFaults.TABLE;
    }

    private <T> T open(Duration longest, Opening<T> opening) throws IOException {
        Connection connection = Connections.open(spec, longest.compareTo(SHORTEST) < 0 ? SHORTEST : longest);
        try {
            return opening.with(connection);
        } catch (SQLException e) {
            Connections.close(connection, e);
            throw SqlFailure.cannot("prepare the staging area in schema " + spec.schema(), e);
        } catch (IOException | RuntimeException e) {
            Connections.close(connection, e);
            throw e;
        }
    }

    private interface Opening<T> {
        T with(Connection connection) throws SQLException, IOException;
    }
}
