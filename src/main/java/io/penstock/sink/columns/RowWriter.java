/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonText;
import io.penstock.spec.UnfitPolicy;
import java.util.Collections;
import java.util.List;

/** Makes rows of documents: one value a column. Not thread-safe; one instance is meant to be used over and over. */
public final class RowWriter {
    private static final int SHOWN = 200;

    private final Field[] fields;
    private final FieldFinder finder;
    private final boolean tellsOthers;
    private final Bytes unfit = new Bytes();
    private String refusal;

    public RowWriter(List<Field> fields) {
        this(fields, false);
    }

    /** @param tellsOthers whether fields of the top level that have no column are told like values that do not fit */
    public RowWriter(List<Field> fields, boolean tellsOthers) {
        this.tellsOthers = tellsOthers;
        this.fields = fields.toArray(Field[]::new);
        this.finder = new FieldFinder(fields.stream().map(Field::path).toList());
    }

    /**
     * Writes one row. What a document lacks, or has as null or undefined, is {@link Cell#none none}; so is what does not fit its column.
     *
     * @param document raw BSON, or null when there is none
     * @param cells one for each column, in their order
     * @return what did not fit and is to be told, as a JSON object: by column, values in canonical Extended JSON; empty when there is none.
     *     It changes with the next row
     */
    public Bytes write(byte[] document, List<? extends Cell> cells) {
        finder.find(document);
        unfit.clear();
        refusal = null;
        for (int i = 0; i < fields.length; i++) {
            byte type = finder.type(i);
            Field field = fields[i];
            Cell cell = cells.get(i);
            if (type == FieldFinder.MISSING || type == BsonCursor.NULL || type == BsonCursor.UNDEFINED) {
                cell.none();
            } else if (!field.conversion().put(type, document, finder.offset(i), cell)) {
                cell.none();
                if (field.unfit() == UnfitPolicy.TEXT) {
                    JsonText.write(field.name(), unfit.put(unfit.length() == 0 ? '{' : ','));
                    ExtendedJson.canonicalValue(type, document, finder.offset(i), unfit.put(':'));
                } else if (field.unfit() == UnfitPolicy.DEAD_LETTER && refusal == null) {
                    refusal = describe(field, type, document, finder.offset(i));
                }
            }
        }
        if (tellsOthers && finder.others() > 0) {
            others(document);
        }
        return unfit.length() == 0 ? unfit : unfit.put('}');
    }

    /**
     * Why the row that was written last is not to be kept, for the first value that did not fit and whose column's policy is {@link
     * UnfitPolicy#DEAD_LETTER}; null when there is none.
     */
    public String refusal() {
        return refusal;
    }

    /** {@link #refusal} of a document's row, which goes nowhere. */
    public String refusalOf(byte[] document) {
        write(document, Collections.nCopies(fields.length, Nowhere.INSTANCE));
        return refusal;
    }

    private static String describe(Field field, byte type, byte[] document, int offset) {
        Bytes value = new Bytes();
        ExtendedJson.canonicalValue(type, document, offset, value);
        String text = new String(value.array(), 0, value.length(), UTF_8);
        return "column " + field.name() + " cannot hold "
                + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…");
    }

    private void others(byte[] document) {
        for (BsonCursor field = BsonCursor.over(document); field.next(); ) {
            boolean isNull = field.type() == BsonCursor.NULL || field.type() == BsonCursor.UNDEFINED;
            if (!isNull && !finder.isKnown(document, field)) {
                unfit.put(unfit.length() == 0 ? '{' : ',');
                JsonText.write(document, field.nameOffset(), field.nameLength(), unfit);
                ExtendedJson.canonical(document, field, unfit.put(':'));
            }
        }
    }
}
