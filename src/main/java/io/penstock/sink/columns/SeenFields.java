/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.BsonCursor;
import io.penstock.sink.columns.ColumnType.Kind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The top-level fields of a collection's documents as far as they were seen, each with a type that all of its values fit: what a table
 * has for columns when nobody declared them. It only ever grows: fields are added, and types give way to wider ones
 * ({@code long} to {@code double}, both to {@code decimal} where tables have it, any scalar to {@code string}, everything to {@code json}). Not thread-safe.
 */
public final class SeenFields {
    /** More columns than that are no table; what lies in further fields is found in the whole document. */
    static final int MOST = 200;

    /** So many shapes are remembered; then those in use are learnt again. */
    private static final int SHAPES = 4096;

    private final TableRules rules;
    private final Map<String, Kind> fields = new LinkedHashMap<>();
    private final Set<String> names;
    private final Set<Long> shapes = new HashSet<>();
    private List<Column> columns = List.of();

    public SeenFields(TableRules rules) {
        this.rules = rules;
        this.names = rules.tellsCase() ? new HashSet<>() : new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    }

    /**
     * Of a file's table.
     *
     * @param taken names of columns, in lower case, that the table has besides
     */
    public SeenFields(Set<String> taken) {
        this(TableRules.ofFiles(taken));
    }

    /**
     * Looks at a document.
     *
     * @param shape its shape's fingerprint: one that is known holds nothing new
     * @return whether there are other {@link #columns} than before
     */
    public boolean see(byte[] document, long shape) {
        if (shapes.contains(shape)) {
            return false;
        }
        if (shapes.size() == SHAPES) {
            shapes.clear();
        }
        shapes.add(shape);
        boolean grown = false;
        for (BsonCursor field = BsonCursor.over(document); field.next(); ) {
            Kind kind = kind(field);
            if (kind != null && field.nameLength() <= rules.longestName()) {
                grown |= add(field.name(), kind);
            }
        }
        return grown;
    }

    /** Takes in a field that was seen elsewhere; returns whether there are other {@link #columns} than before. */
    public boolean add(String field, Kind kind) {
        Kind before = fields.get(field);
        Kind wide = before == null ? kind : join(before, kind);
        if (wide == before || (before == null && !hasPlace(field))) {
            return false;
        }
        fields.put(field, wide);
        columns = fields.entrySet().stream()
                .map(each -> new Column(
                        rules.columnName(each.getKey()), FieldPath.of(each.getKey()), ColumnType.of(each.getValue())))
                .toList();
        return true;
    }

    /** The columns, in the order in which their fields were seen first; the same list until there are others. */
    public List<Column> columns() {
        return columns;
    }

    /** The fields and their types, for {@link #add}. */
    public Map<String, Kind> fields() {
        return new LinkedHashMap<>(fields);
    }

    /**
     * Of two fields whose columns' names readers do not tell apart, the second has no column. Nor has what is no UTF-8.
     */
    private boolean hasPlace(String field) {
        return fields.size() < MOST && field.indexOf('\uFFFD') < 0 && names.add(rules.columnName(field));
    }

    /** Null for what says nothing of a type. */
    private Kind kind(BsonCursor field) {
        return switch (field.type()) {
            case BsonCursor.NULL, BsonCursor.UNDEFINED -> null;
            case BsonCursor.INT32, BsonCursor.INT64 -> Kind.LONG;
            case BsonCursor.DOUBLE -> Kind.DOUBLE;
            case BsonCursor.BOOLEAN -> Kind.BOOLEAN;
            case BsonCursor.DATE_TIME -> Kind.TIMESTAMP;
            case BsonCursor.BINARY -> Kind.BINARY;
            case BsonCursor.DECIMAL128 -> rules.decimals();
            case BsonCursor.STRING, BsonCursor.OBJECT_ID, BsonCursor.SYMBOL -> Kind.STRING;
            default -> Kind.JSON;
        };
    }

    private static Kind join(Kind one, Kind other) {
        if (one == other) {
            return one;
        }
        if (isNumber(one) && isNumber(other)) {
            return one.compareTo(other) > 0 ? one : other;
        }
        boolean bytesOrJson = one == Kind.BINARY || other == Kind.BINARY || one == Kind.JSON || other == Kind.JSON;
        return bytesOrJson ? Kind.JSON : Kind.STRING;
    }

    private static boolean isNumber(Kind kind) {
        return kind == Kind.LONG || kind == Kind.DOUBLE || kind == Kind.DECIMAL;
    }
}
