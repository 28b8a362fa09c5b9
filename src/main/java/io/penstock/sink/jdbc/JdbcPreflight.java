/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.Namespace;
import io.penstock.record.Shape;
import io.penstock.sink.columns.SeenFields;
import io.penstock.spec.JdbcColumnSpec;
import io.penstock.spec.JdbcSinkSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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
        Tables tables = Tables.of(spec);
        List<String> statements = new ArrayList<>();
        statements.add(tables.createSchema());
        statements.addAll(tables.createShared());
        targets(spec, namespaces)
                .forEach((table, namespace) -> statements.addAll(tables.create(
                        table,
                        spec.columnsFor(namespace.toString())
                                .map(Layout::declared)
                                .orElse(Layout.derived(List.of())))));
        return statements;
    }

    /**
     * Asks.
     *
     * @param samples some documents of a collection, for columns that are made of their fields
     */
    public static Report check(
            JdbcSinkSpec spec, List<Namespace> namespaces, Function<Namespace, List<byte[]>> samples) {
        List<String> problems = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Tables tables = Tables.of(spec);
        try (Connection connection = Connections.open(spec, PATIENCE)) {
            Schema schema = new Schema(connection, tables, false);
            AgreedColumns agreed = new AgreedColumns(connection, tables, schema);
            missing.addAll(schema.missingShared());
            for (Map.Entry<String, Namespace> each : targets(spec, namespaces).entrySet()) {
                Optional<List<JdbcColumnSpec>> declared =
                        spec.columnsFor(each.getValue().toString());
                Layout layout = declared.isPresent()
                        ? Layout.declared(declared.get())
                        : AgreedColumns.layout(agreed.after(each.getKey(), seen(samples.apply(each.getValue()))));
                missing.addAll(schema.missing(each.getKey(), layout));
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

    private static SeenFields seen(List<byte[]> documents) {
        SeenFields seen = new SeenFields(AgreedColumns.RULES);
        documents.forEach(document -> seen.see(document, Shape.fingerprint(document)));
        return seen;
    }

    /** The tables, each with a collection that goes there. */
    private static Map<String, Namespace> targets(JdbcSinkSpec spec, List<Namespace> namespaces) {
        Map<String, Namespace> targets = new LinkedHashMap<>();
        namespaces.forEach(
                each -> targets.putIfAbsent(Tables.checked(spec.tableFor(each.database(), each.collection())), each));
        return targets;
    }
}
