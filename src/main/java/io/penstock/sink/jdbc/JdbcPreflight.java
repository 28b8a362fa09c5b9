/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.Namespace;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Asks a database whether a job can work with it. Changes nothing. */
public final class JdbcPreflight {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private JdbcPreflight() {}

    /**
     * What was found.
     *
     * @param problems that keep the job from working
     * @param missing the statements that make what is missing, in the order to run them
     */
    public record Report(List<String> problems, List<String> missing) {}

    /** Every statement for a sink and its collections, in order; each does nothing when its table is there. */
    public static List<String> statements(JdbcSinkSpec spec, List<Namespace> namespaces) {
        Tables tables = tables(spec);
        List<String> statements = new ArrayList<>();
        statements.add(tables.createSchema());
        statements.addAll(tables.createShared());
        for (String table : targets(spec, namespaces)) {
            statements.addAll(tables.create(table));
        }
        return statements;
    }

    /** Asks. */
    public static Report check(JdbcSinkSpec spec, List<Namespace> namespaces) {
        List<String> problems = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        try (Connection connection = Connections.open(spec, PATIENCE)) {
            Schema schema = new Schema(connection, tables(spec), false);
            missing.addAll(schema.missingShared());
            for (String table : targets(spec, namespaces)) {
                missing.addAll(schema.missing(table));
            }
            if (!missing.isEmpty() && !spec.createTable()) {
                problems.add("tables or columns are missing in schema " + spec.schema()
                        + ": run the statements, or say create-table: true");
            }
        } catch (SQLException e) {
            problems.add(SqlFailure.cannot("look at its tables", e).getMessage());
        } catch (IOException | IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        return new Report(List.copyOf(problems), List.copyOf(missing));
    }

    private static Tables tables(JdbcSinkSpec spec) {
        return new Tables(spec.schema(), spec.columns().stream().map(Column::of).toList());
    }

    private static Set<String> targets(JdbcSinkSpec spec, List<Namespace> namespaces) {
        Set<String> targets = new LinkedHashSet<>();
        namespaces.forEach(each -> targets.add(Tables.checked(spec.tableFor(each.database(), each.collection()))));
        return targets;
    }
}
