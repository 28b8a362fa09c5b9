/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The one statement that takes staged changes over into a target. Pure.
 *
 * <ul>
 *   <li>{@code newest}: of each key the greatest (version, revision) that is staged. At an equal one an insert goes before a delete: they come
 *       from two shards, and the document has moved.
 *   <li>{@code fresh}: those of them that no tombstone forbids: a late insert does not bring back what was deleted after it.
 *   <li>{@code removed}, {@code buried}: deletes take away an older row, and leave a tombstone unless the row is newer.
 *   <li>{@code risen}: a newer insert takes the tombstone's place.
 *   <li>Last, inserts and updates, which never overwrite a newer row.
 * </ul>
 *
 * <p>All parts see the tables as they were before the statement, and no key is both deleted and inserted in one. Versions are compared by
 * bytes, hence {@code COLLATE "C"}, in tables too that somebody else has made.
 */
final class ApplySql {
    private static final String TEXT =
            """
            with newest as materialized (
              select distinct on (penstock_key) ${applied} from ${rows}
              order by penstock_key, penstock_version collate "C" desc, penstock_revision desc, penstock_delete
            ), fresh as materialized (
              select n.* from newest n
              left join ${tombstones} d on d.target = ? and d.penstock_key = n.penstock_key
              where d.penstock_key is null
                or (n.penstock_version collate "C", n.penstock_revision) > (d.penstock_version, d.penstock_revision)
                or (not n.penstock_delete
                  and (n.penstock_version collate "C", n.penstock_revision) = (d.penstock_version, d.penstock_revision))
            ), removed as (
              delete from ${target} t using fresh f
              where f.penstock_delete and t.penstock_key = f.penstock_key
                and (t.penstock_version collate "C", t.penstock_revision) < (f.penstock_version collate "C", f.penstock_revision)
            ), buried as (
              insert into ${tombstones} as d (target, penstock_key, penstock_version, penstock_revision)
              select ?, f.penstock_key, f.penstock_version, f.penstock_revision from fresh f
              left join ${target} t on t.penstock_key = f.penstock_key
              where f.penstock_delete and (t.penstock_key is null
                or (t.penstock_version collate "C", t.penstock_revision) < (f.penstock_version collate "C", f.penstock_revision))
              on conflict (target, penstock_key) do update
              set penstock_version = excluded.penstock_version, penstock_revision = excluded.penstock_revision
            ), risen as (
              delete from ${tombstones} d using fresh f
              where d.target = ? and d.penstock_key = f.penstock_key and not f.penstock_delete
            )
            insert into ${target} as t (${columns})
            select ${staged} from fresh f ${record} where not f.penstock_delete
            on conflict (penstock_key) do update set ${updates}
            where (t.penstock_version collate "C", t.penstock_revision)
              < (excluded.penstock_version collate "C", excluded.penstock_revision)
            """;

    static final int TARGETS = 3;

    private ApplySql() {}

    /**
     * The statement for a target. Its parameters: those of the rows, then the target's name {@link #TARGETS} times.
     *
     * @param rows which are applied: a table with the columns of the staging table, and a condition
     */
    static String of(Tables tables, String table, Layout layout, String rows) {
        List<String> columns = List.copyOf(layout.target().keySet());
        List<String> updated = columns.stream()
                .filter(column -> !column.equals("penstock_key"))
                .toList();
        return TEXT.replace("${applied}", list(layout.appliedColumns(), column -> column))
                .replace("${rows}", rows)
                .replace("${tombstones}", tables.tombstones())
                .replace("${target}", tables.target(table))
                .replace("${columns}", list(columns, column -> column))
                .replace("${staged}", staged(layout))
                .replace("${record}", layout.isDerived() ? record(layout) : "")
                .replace("${updates}", list(updated, column -> column + " = excluded." + column));
    }

    private static String staged(Layout layout) {
        Set<String> own = Layout.own();
        return layout.target().keySet().stream()
                .map(column -> (layout.isDerived() && !own.contains(column) ? "r." : "f.") + Tables.quoted(column))
                .collect(Collectors.joining(", "));
    }

    private static String record(Layout layout) {
        String columns = layout.columns().stream()
                .map(column -> Tables.quoted(column.name()) + " " + column.sqlType())
                .collect(Collectors.joining(", "));
        return "cross join lateral json_to_record(f." + Layout.FIELDS + ") as r(" + columns + ")";
    }

    private static String list(List<String> columns, Function<String, String> form) {
        return columns.stream().map(Tables::quoted).map(form).collect(Collectors.joining(", "));
    }
}
