/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonSerializationException;

/**
 * Walks the elements of a raw BSON document without decoding a value or allocating. Offsets are into the array given to
 * {@link #reset}. Not thread-safe; one instance is meant to be used over and over.
 *
 * <p>Source: <a href="https://bsonspec.org/spec.html">BSON specification 1.1</a>.
 */
public final class BsonCursor {
    public static final byte DOUBLE = 0x01;
    public static final byte STRING = 0x02;
    public static final byte DOCUMENT = 0x03;
    public static final byte ARRAY = 0x04;
    public static final byte BINARY = 0x05;
    public static final byte UNDEFINED = 0x06;
    public static final byte OBJECT_ID = 0x07;
    public static final byte BOOLEAN = 0x08;
    public static final byte DATE_TIME = 0x09;
    public static final byte NULL = 0x0A;
    public static final byte REGULAR_EXPRESSION = 0x0B;
    public static final byte DB_POINTER = 0x0C;
    public static final byte JAVASCRIPT = 0x0D;
    public static final byte SYMBOL = 0x0E;
    public static final byte JAVASCRIPT_WITH_SCOPE = 0x0F;
    public static final byte INT32 = 0x10;
    public static final byte TIMESTAMP = 0x11;
    public static final byte INT64 = 0x12;
    public static final byte DECIMAL128 = 0x13;
    public static final byte MIN_KEY = (byte) 0xFF;
    public static final byte MAX_KEY = 0x7F;

    private byte[] bytes;
    private int end;
    private int next;
    private int element;
    private int nameLength;
    private int value;
    private int valueLength;

    /** A cursor before the first element of a whole document. */
    public static BsonCursor over(byte[] document) {
        return new BsonCursor().reset(document, 0);
    }

    /**
     * Stands before the first element of the document (or array) that begins at an offset.
     *
     * @throws BsonSerializationException when the document's length does not fit the bytes
     */
    public BsonCursor reset(byte[] source, int offset) {
        int length = readInt(source, offset);
        if (length < 5 || length > source.length - offset) {
            throw new BsonSerializationException(
                    "a document of " + length + " bytes at offset " + offset + " of " + source.length);
        }
        bytes = source;
        end = offset + length - 1;
        next = offset + 4;
        return this;
    }

    /** Steps to the next element; false at the end. */
    public boolean next() {
        if (next >= end) {
            return false;
        }
        element = next;
        int name = element + 1;
        int zero = name;
        while (bytes[zero] != 0) {
            zero++;
        }
        nameLength = zero - name;
        value = zero + 1;
        valueLength = valueLength(bytes[element], bytes, value);
        next = value + valueLength;
        if (valueLength < 0 || next > end) {
            throw new BsonSerializationException("element '" + name() + "' runs beyond its document");
        }
        return true;
    }

    /** Steps forward to the first element of a name; false when the rest holds none. */
    public boolean find(byte[] name) {
        while (next()) {
            if (nameEquals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The BSON type of the current element. */
    public byte type() {
        return bytes[element];
    }

    /** The current element's name, decoded. */
    public String name() {
        return new String(bytes, element + 1, nameLength, StandardCharsets.UTF_8);
    }

    public boolean nameEquals(byte[] name) {
        return Arrays.equals(bytes, element + 1, element + 1 + nameLength, name, 0, name.length);
    }

    public int nameOffset() {
        return element + 1;
    }

    /** Bytes of the name, without its closing zero. */
    public int nameLength() {
        return nameLength;
    }

    /** Where the element begins: at its type byte. */
    public int elementOffset() {
        return element;
    }

    /** Bytes of the whole element: type, name, value. */
    public int elementLength() {
        return next - element;
    }

    public int valueOffset() {
        return value;
    }

    public int valueLength() {
        return valueLength;
    }

    public int intValue() {
        return readInt(bytes, value);
    }

    public long longValue() {
        return readLong(bytes, value);
    }

    public boolean booleanValue() {
        return bytes[value] != 0;
    }

    /** The text of a string, symbol or code. */
    public String stringValue() {
        return new String(bytes, value + 4, readInt(bytes, value) - 1, StandardCharsets.UTF_8);
    }

    /** A copy of the current value's bytes; for a document that is a document of its own. */
    public byte[] valueBytes() {
        return Arrays.copyOfRange(bytes, value, value + valueLength);
    }

    private static int valueLength(byte type, byte[] bytes, int at) {
        return switch (type) {
            case DOUBLE, DATE_TIME, TIMESTAMP, INT64 -> 8;
            case INT32 -> 4;
            case BOOLEAN -> 1;
            case OBJECT_ID -> 12;
            case DECIMAL128 -> 16;
            case UNDEFINED, NULL, MIN_KEY, MAX_KEY -> 0;
            case STRING, JAVASCRIPT, SYMBOL -> Math.addExact(4, readInt(bytes, at));
            case DOCUMENT, ARRAY, JAVASCRIPT_WITH_SCOPE -> readInt(bytes, at);
            case BINARY -> Math.addExact(5, readInt(bytes, at));
            case DB_POINTER -> Math.addExact(16, readInt(bytes, at));
            case REGULAR_EXPRESSION -> afterZero(bytes, afterZero(bytes, at)) - at;
            default -> throw new BsonSerializationException("unknown BSON type 0x" + Integer.toHexString(type & 0xFF));
        };
    }

    private static int afterZero(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != 0) {
            at++;
        }
        return at + 1;
    }

    /** Reads a little-endian int32. */
    public static int readInt(byte[] bytes, int at) {
        return (bytes[at] & 0xFF)
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
    }

    /** Reads a little-endian int64. */
    public static long readLong(byte[] bytes, int at) {
        return (readInt(bytes, at) & 0xFFFFFFFFL) | (long) readInt(bytes, at + 4) << 32;
    }
}
