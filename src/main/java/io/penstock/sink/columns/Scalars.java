/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.BsonCursor;

/** Columns of truth values, times and bytes. */
public final class Scalars {
    /** The first and last millisecond of the years 1 to 9999: what all readers take for a time. */
    private static final long FIRST_MILLIS = -62_135_596_800_000L;

    private static final long LAST_MILLIS = 253_402_300_799_999L;
    private static final byte OLD_BINARY = 2;
    private static final int ID = 12;

    private Scalars() {}

    /** {@link Cell#bool}. */
    public static boolean bool(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.BOOLEAN) {
            return false;
        }
        cell.bool(document[offset] != 0);
        return true;
    }

    /** Dates: {@link Cell#int64}. */
    public static boolean date(byte type, byte[] document, int offset, Cell cell) {
        return type == BsonCursor.DATE_TIME && millis(BsonCursor.readLong(document, offset), cell);
    }

    /** As {@link #date}, and for timestamps that are whole seconds. */
    public static boolean time(byte type, byte[] document, int offset, Cell cell) {
        if (type == BsonCursor.TIMESTAMP && BsonCursor.readInt(document, offset) == 0) {
            return millis((BsonCursor.readLong(document, offset) >>> 32) * 1000, cell);
        }
        return date(type, document, offset, cell);
    }

    private static boolean millis(long millis, Cell cell) {
        if (!isReadable(millis)) {
            return false;
        }
        cell.int64(millis);
        return true;
    }

    static boolean isReadable(long millis) {
        return millis >= FIRST_MILLIS && millis <= LAST_MILLIS;
    }

    /** The content of a binary, whatever its sub-type: {@link Cell#bytes}. Sub-type 2 holds its length a second time, which is none. */
    public static boolean binary(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.BINARY) {
            return false;
        }
        int length = BsonCursor.readInt(document, offset);
        int repeated = document[offset + 4] == OLD_BINARY && length >= 4 ? 4 : 0;
        cell.bytes(document, offset + 5 + repeated, length - repeated);
        return true;
    }

    /** As {@link #binary}, and for ObjectIds. */
    public static boolean binaryOrId(byte type, byte[] document, int offset, Cell cell) {
        if (type != BsonCursor.OBJECT_ID) {
            return binary(type, document, offset, cell);
        }
        cell.bytes(document, offset, ID);
        return true;
    }
}
