/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import io.penstock.record.BsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array that encoders append to; meant to be {@link #clear() cleared} and used over and over, so that encoding a
 * record allocates nothing. Not thread-safe.
 */
public final class Bytes {
    private static final int LARGEST = Integer.MAX_VALUE - 8;
    private static final int LARGEST_KEPT = 1 << 20;
    private static final int SMALL = 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] array;
    private int length;

    public Bytes() {
        this(SMALL);
    }

    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    /** What was appended lies in the first {@link #length()} bytes; replaced when it grows. */
    public byte[] array() {
        return array;
    }

    public int length() {
        return length;
    }

    /** Forgets everything; also lets go of the array when one large record made it so big that it is not worth keeping. */
    public Bytes clear() {
        if (array.length > LARGEST_KEPT) {
            array = new byte[SMALL];
        }
        length = 0;
        return this;
    }

    /** Forgets what was appended after a length noted before. */
    public Bytes truncate(int shorter) {
        length = Math.min(length, shorter);
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    public Bytes put(int oneByte) {
        reserve(1);
        array[length++] = (byte) oneByte;
        return this;
    }

    public Bytes put(byte[] source) {
        return put(source, 0, source.length);
    }

    public Bytes put(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, array, length, count);
        length += count;
        return this;
    }

    /** Appends a text of ASCII characters. */
    public Bytes ascii(String text) {
        return put(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends a number in decimal digits. */
    public Bytes decimal(long number) {
        if (number == Long.MIN_VALUE) {
            return ascii("-9223372036854775808");
        }
        reserve(20);
        long rest = number;
        if (rest < 0) {
            array[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            array[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Appends a number as 16 hex digits, lower case. */
    public Bytes hex(long number) {
        reserve(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            array[length++] = HEX[(int) (number >>> shift) & 15];
        }
        return this;
    }

    /** Appends bytes as hex digits, lower case. */
    public Bytes hex(byte[] source, int offset, int count) {
        reserve(Math.multiplyExact(2, count));
        for (int i = offset; i < offset + count; i++) {
            array[length++] = HEX[source[i] >>> 4 & 15];
            array[length++] = HEX[source[i] & 15];
        }
        return this;
    }

    /** Appends an int32, little endian. */
    public Bytes int32(int number) {
        reserve(4);
        length += 4;
        return setInt32(length - 4, number);
    }

    /** Appends an int64, little endian. */
    public Bytes int64(long number) {
        return int32((int) number).int32((int) (number >>> 32));
    }

    /** Replaces four bytes appended before by an int32, little endian; as {@link BsonCursor#readInt} reads it. */
    public Bytes setInt32(int at, int number) {
        array[at] = (byte) number;
        array[at + 1] = (byte) (number >>> 8);
        array[at + 2] = (byte) (number >>> 16);
        array[at + 3] = (byte) (number >>> 24);
        return this;
    }

    private void reserve(int count) {
        if (count > array.length - length) {
            int needed = Math.addExact(length, count);
            array = Arrays.copyOf(array, (int) Math.max(needed, Math.min(2L * array.length, LARGEST)));
        }
    }
}
