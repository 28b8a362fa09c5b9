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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The top-level fields of a collection's documents as far as they were seen, each with a type that all of its values fit: what a table
 * has for columns when nobody declared them. It only ever grows: fields are added, and types give way to wider ones
 * ({@code long} to {@code double}, any scalar to {@code string}, everything to {@code json}). Not thread-safe.
 */
public final class SeenFields {
    /** More columns than that are no table; what lies in further fields is found in the whole document. */
    static final int MOST = 200;

    /** Names that are longer, in bytes, get no column. */
    static final int LONGEST_NAME = 255;

    /** So many shapes are remembered; then those in use are learnt again. */
    private static final int SHAPES = 4096;

    private final Set<String> taken;
    private final Map<String, Kind> fields = new LinkedHashMap<>();
    private final Set<String> namesIgnoringCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<Long> shapes = new HashSet<>();
    private List<Column> columns = List.of();

    /** @param taken names of columns, in lower case, that the table has besides */
    public SeenFields(Set<String> taken) {
        this.taken = Set.copyOf(taken);
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
            if (kind != null && field.nameLength() <= LONGEST_NAME) {
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
                        columnName(each.getKey()), FieldPath.of(each.getKey()), ColumnType.of(each.getValue())))
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

    /** Many readers do not tell letters' case apart: of two such fields the second has no column. Nor has what is no UTF-8. */
    private boolean hasPlace(String field) {
        return fields.size() < MOST && field.indexOf('\uFFFD') < 0 && namesIgnoringCase.add(columnName(field));
    }

    /**
     * The name of a field's column: its own. One that is empty, or taken by the table's own columns, gets an underscore behind it; and so does,
     * for no two to meet, one that is such a name with underscores.
     */
    private String columnName(String field) {
        String bare = field.replaceAll("_+$", "").toLowerCase(Locale.ROOT);
        return bare.isEmpty() || taken.contains(bare) ? field + "_" : field;
    }

    /** Null for what says nothing of a type. */
    private static Kind kind(BsonCursor field) {
        return switch (field.type()) {
            case BsonCursor.NULL, BsonCursor.UNDEFINED -> null;
            case BsonCursor.INT32, BsonCursor.INT64 -> Kind.LONG;
            case BsonCursor.DOUBLE -> Kind.DOUBLE;
            case BsonCursor.BOOLEAN -> Kind.BOOLEAN;
            case BsonCursor.DATE_TIME -> Kind.TIMESTAMP;
            case BsonCursor.BINARY -> Kind.BINARY;
            case BsonCursor.STRING, BsonCursor.OBJECT_ID, BsonCursor.DECIMAL128, BsonCursor.SYMBOL -> Kind.STRING;
            default -> Kind.JSON;
        };
    }

    private static Kind join(Kind one, Kind other) {
        if (one == other) {
            return one;
        }
        boolean numbers = isNumber(one) && isNumber(other);
        boolean bytesOrJson = one == Kind.BINARY || other == Kind.BINARY || one == Kind.JSON || other == Kind.JSON;
        return numbers ? Kind.DOUBLE : bytesOrJson ? Kind.JSON : Kind.STRING;
    }

    private static boolean isNumber(Kind kind) {
        return kind == Kind.LONG || kind == Kind.DOUBLE;
    }
}
