/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.penstock.record.BsonCursor;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonText;
import java.time.Instant;
import java.util.Arrays;

/** Columns of texts, in UTF-8: {@link Cell#bytes}. Not thread-safe: keeps a buffer, which the columns of a row may share. */
public final class TextForms {
    private static final byte UUID = 4;
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);
    private static final byte[] ZERO = "u0000".getBytes(US_ASCII);

    private final Bytes text = new Bytes();

    /** Texts, code, and scalars that have one usual text each. */
    public boolean string(byte type, byte[] document, int offset, Cell cell) {
        if (isText(type) || type == BsonCursor.JAVASCRIPT) {
            utf8(document, offset + 4, BsonCursor.readInt(document, offset) - 1, cell);
            return true;
        }
        return scalar(type, document, offset) && give(cell);
    }

    /** Any value but a text with U+0000: one without a usual text is relaxed Extended JSON. */
    public boolean anyWithoutZero(byte type, byte[] document, int offset, Cell cell) {
        if (isText(type)) {
            int count = BsonCursor.readInt(document, offset) - 1;
            for (int i = offset + 4; i < offset + 4 + count; i++) {
                if (document[i] == 0) {
                    return false;
                }
            }
            utf8(document, offset + 4, count, cell);
            return true;
        }
        return scalar(type, document, offset) ? give(cell) : json(type, document, offset, cell);
    }

    /** Binaries that are UUIDs, in the usual text. */
    public boolean uuid(byte type, byte[] document, int offset, Cell cell) {
        return type == BsonCursor.BINARY && uuid(document, offset) && give(cell);
    }

    /** Any value, as relaxed Extended JSON. */
    public boolean json(byte type, byte[] document, int offset, Cell cell) {
        ExtendedJson.relaxedValue(type, document, offset, text.clear());
        return give(cell);
    }

    /** As {@link #json}, for what has U+0000 in none of its texts. */
    public boolean jsonWithoutZero(byte type, byte[] document, int offset, Cell cell) {
        ExtendedJson.relaxedValue(type, document, offset, text.clear());
        return !hasZero() && give(cell);
    }

    private static boolean isText(byte type) {
        return type == BsonCursor.STRING || type == BsonCursor.SYMBOL;
    }

    /** Writes the value's usual text; false when it has none. */
    private boolean scalar(byte type, byte[] document, int offset) {
        text.clear();
        switch (type) {
            case BsonCursor.OBJECT_ID -> text.hex(document, offset, 12);
            case BsonCursor.BOOLEAN -> text.put(document[offset] != 0 ? TRUE : FALSE);
            case BsonCursor.INT32 -> text.decimal(BsonCursor.readInt(document, offset));
            case BsonCursor.INT64 -> text.decimal(BsonCursor.readLong(document, offset));
            case BsonCursor.DOUBLE -> text.ascii(NumberOutput.toString(Numbers.real(document, offset), true));
            case BsonCursor.DECIMAL128 -> text.ascii(
                    Numbers.decimal128(document, offset).toString());
            case BsonCursor.DATE_TIME -> {
                long millis = BsonCursor.readLong(document, offset);
                if (!Scalars.isReadable(millis)) {
                    return false;
                }
                text.ascii(Instant.ofEpochMilli(millis).toString());
            }
            case BsonCursor.BINARY -> {
                return uuid(document, offset);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** What is no UTF-8 (the server does not check) is replaced: readers would refuse it. */
    private static void utf8(byte[] document, int offset, int count, Cell cell) {
        if (JsonText.isUtf8(document, offset, count)) {
            cell.bytes(document, offset, count);
        } else {
            byte[] replaced = new String(document, offset, count, UTF_8).getBytes(UTF_8);
            cell.bytes(replaced, 0, replaced.length);
        }
    }

    private boolean uuid(byte[] document, int offset) {
        if (document[offset + 4] != UUID || BsonCursor.readInt(document, offset) != 16) {
            return false;
        }
        int at = offset + 5;
        text.clear()
                .hex(document, at, 4)
                .put('-')
                .hex(document, at + 4, 2)
                .put('-')
                .hex(document, at + 6, 2)
                .put('-')
                .hex(document, at + 8, 2)
                .put('-')
                .hex(document, at + 10, 6);
        return true;
    }

    /** Whether the JSON text escapes U+0000 somewhere. */
    private boolean hasZero() {
        byte[] array = text.array();
        for (int i = 0; i < text.length() - ZERO.length; i++) {
            if (array[i] == '\\') {
                i++;
                if (Arrays.equals(array, i, i + ZERO.length, ZERO, 0, ZERO.length)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean give(Cell cell) {
        cell.bytes(text.array(), 0, text.length());
        return true;
    }
}
