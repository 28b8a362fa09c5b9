/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.Type.Repetition.OPTIONAL;
import static org.apache.parquet.schema.Type.Repetition.REQUIRED;

import io.penstock.sink.columns.Column;
import io.penstock.sink.columns.ColumnType;
import io.penstock.spec.UnfitPolicy;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The columns of a file of changes: first what every change carries, whatever the target, then the columns of the documents, then what did not
 * fit them.
 */
final class ChangeTable {
    static final String OP = "op";
    static final String NAMESPACE = "ns";
    static final String KEY = "key";
    static final String VERSION = "version";
    static final String REVISION = "revision";
    static final String DOCUMENT = "doc";
    static final String EPOCH = "epoch";
    static final String WINDOW = "window";
    static final String SHAPE = "shape";
    static final String EXPORT_VERSION = "exportVersion";
    static final String ROW_HASH = "rowHash";
    static final String TIME = "ts";
    static final String UNFIT = "unfit";

    private static final List<PrimitiveType> CHANGE = List.of(
            text(REQUIRED, OP),
            text(REQUIRED, NAMESPACE),
            json(REQUIRED, KEY),
            text(REQUIRED, VERSION),
            Types.required(INT32).named(REVISION),
            json(OPTIONAL, DOCUMENT),
            Types.required(INT32).named(EPOCH),
            Types.required(INT64).named(WINDOW),
            text(OPTIONAL, SHAPE),
            text(REQUIRED, EXPORT_VERSION),
            Types.optional(BINARY).named(ROW_HASH),
            time(REQUIRED, TIME));

    /** How many columns precede those of the documents. */
    static final int BEFORE = CHANGE.size();

    /** Texts that differ from row to row: a dictionary of them would only cost. */
    static final Set<String> DISTINCT = Set.of(KEY, VERSION, DOCUMENT, ROW_HASH);

    private ChangeTable() {}

    /** The columns of every file alone, with which all can be read. */
    static MessageType changes() {
        return new MessageType("change", List.copyOf(CHANGE));
    }

    /** All columns of a file. */
    static MessageType of(List<Column> columns, UnfitPolicy unfit) {
        Types.MessageTypeBuilder message = Types.buildMessage();
        CHANGE.forEach(message::addField);
        for (Column column : columns) {
            message.addField(type(column));
        }
        if (unfit == UnfitPolicy.TEXT) {
            message.addField(json(OPTIONAL, UNFIT));
        }
        return message.named("change");
    }

    private static PrimitiveType type(Column column) {
        ColumnType type = column.type();
        String name = column.name();
        return switch (type.kind()) {
            case BOOLEAN -> Types.optional(BOOLEAN).named(name);
            case INT -> Types.optional(INT32).named(name);
            case LONG -> Types.optional(INT64).named(name);
            case DOUBLE -> Types.optional(DOUBLE).named(name);
            case DECIMAL -> Types.optional(FIXED_LEN_BYTE_ARRAY)
                    .length(decimalBytes(type.precision()))
                    .as(LogicalTypeAnnotation.decimalType(type.scale(), type.precision()))
                    .named(name);
            case TIMESTAMP -> time(OPTIONAL, name);
            case STRING -> text(OPTIONAL, name);
            case BINARY -> Types.optional(BINARY).named(name);
            case JSON -> json(OPTIONAL, name);
        };
    }

    /** How many bytes hold every number of so many digits, with its sign. */
    static int decimalBytes(int precision) {
        return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
    }

    private static PrimitiveType text(Repetition repetition, String name) {
        return Types.primitive(BINARY, repetition)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
    }

    private static PrimitiveType json(Repetition repetition, String name) {
        return Types.primitive(BINARY, repetition)
                .as(LogicalTypeAnnotation.jsonType())
                .named(name);
    }

    private static PrimitiveType time(Repetition repetition, String name) {
        return Types.primitive(INT64, repetition)
                .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS))
                .named(name);
    }
}
