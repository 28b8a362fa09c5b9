/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.spec.CollectionColumnsSpec;
import io.penstock.spec.ColumnSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which columns the documents of each collection have: those that were declared, or one for each field that was seen so far. Not
 * thread-safe.
 */
public final class ColumnPlan {
    private final List<CollectionColumnsSpec> declared;
    private final Set<String> taken;
    private final Map<Namespace, List<Column>> fixed = new HashMap<>();
    private final Map<Namespace, SeenFields> derived = new HashMap<>();

    /**
     * Knows no document yet.
     *
     * @param declared of several entries for a collection the first counts
     * @param taken names of columns, in lower case, that each table has besides
     */
    public ColumnPlan(List<CollectionColumnsSpec> declared, Set<String> taken) {
        this.declared = declared;
        this.taken = taken;
    }

    /** Takes in what was seen before, or by another. */
    public void learn(SeenColumns seen) {
        seen.kinds().forEach(seenFields(seen.namespace())::add);
    }

    /** Takes in a change's document; its collection's columns hold it from then on. */
    public void learn(ChangeRecord change) {
        if (change.document() != null && declared(change.namespace()).isEmpty()) {
            seenFields(change.namespace()).see(change.document(), change.shape());
        }
    }

    /** A collection's columns; the same list until there are others. */
    public List<Column> columns(Namespace namespace) {
        List<Column> columns = declared(namespace);
        return columns.isEmpty() ? seenFields(namespace).columns() : columns;
    }

    /** What was seen, for {@link #learn(SeenColumns)}. */
    public List<SeenColumns> seen() {
        List<SeenColumns> all = new ArrayList<>();
        derived.forEach((namespace, fields) -> all.add(new SeenColumns(namespace, fields.fields())));
        return all;
    }

    private SeenFields seenFields(Namespace namespace) {
        return derived.computeIfAbsent(namespace, any -> new SeenFields(taken));
    }

    /** Empty when none were declared. */
    private List<Column> declared(Namespace namespace) {
        List<Column> columns = fixed.get(namespace);
        if (columns == null) {
            columns = declared.stream()
                    .filter(entry -> entry.collection().matches(namespace.toString()))
                    .findFirst()
                    .map(entry ->
                            entry.columns().stream().map(ColumnPlan::column).toList())
                    .orElse(List.of());
            fixed.put(namespace, columns);
        }
        return columns;
    }

    private static Column column(ColumnSpec spec) {
        FieldPath path = spec.path() == null ? FieldPath.of(spec.name()) : FieldPath.parse(spec.path());
        return new Column(spec.name(), path, ColumnType.parse(spec.type()));
    }
}
