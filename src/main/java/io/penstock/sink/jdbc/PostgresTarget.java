/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.Namespace;
import io.penstock.sink.outage.Fault;
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

    private static final Duration WRITERS_PATIENCE = Duration.ofMinutes(1);

    private final JdbcSinkSpec spec;
    private final Duration longest;

    /**
     * The target of a job file's section. Connects to nothing.
     *
     * @param longest how long the committer may wait for one statement: as long as a checkpoint may take. Writers wait for half of that at
     *     most, so that a database which does not answer fails the job and not its checkpoints one after the other
     */
    public PostgresTarget(JdbcSinkSpec spec, Duration longest) {
        this.spec = spec;
        this.longest = longest;
    }

    @Override
    public String targetOf(Namespace namespace) {
        return Tables.checked(spec.tableFor(namespace.database(), namespace.collection()));
    }

    @Override
    public StagingArea openArea(String sink) throws IOException {
        Duration half = longest.dividedBy(2);
        Duration patience = half.compareTo(WRITERS_PATIENCE) < 0 ? half : WRITERS_PATIENCE;
        return open(patience, connection -> new PostgresArea(connection, sink, spec));
    }

    @Override
    public StageApplier openApplier(String sink) throws IOException {
        return open(longest, connection -> new PostgresApplier(connection, sink, spec));
    }

    @Override
    public FaultTable faults() {
        return failure -> new Fault(Fault.Kind.RECORD, "", "");
    }

    private <T> T open(Duration patience, Opening<T> opening) throws IOException {
        Connection connection = Connections.open(spec, patience);
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
