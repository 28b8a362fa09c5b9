/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import java.util.Arrays;

/** Bytes being written, kept from one use to the next unless they grew large. Not thread-safe. */
final class BsonBuffer {
    private static final int KEPT = 1 << 20;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Empty, with room for a number of bytes. */
    void begin(int expected) {
        length = 0;
        if (bytes.length < expected || (bytes.length > KEPT && expected <= KEPT)) {
            bytes = new byte[Math.max(1024, expected)];
        }
    }

    int length() {
        return length;
    }

    void copy(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    void put(byte value) {
        room(1);
        bytes[length++] = value;
    }

    void put(byte[] values) {
        copy(values, 0, values.length);
    }

    /** Leaves room for a document's length, and tells where it is. */
    int reserveLength() {
        room(4);
        length += 4;
        return length - 4;
    }

    /** Ends the document whose length was reserved at an offset. */
    void endDocument(int at) {
        put((byte) 0);
        int size = length - at;
        bytes[at] = (byte) size;
        bytes[at + 1] = (byte) (size >>> 8);
        bytes[at + 2] = (byte) (size >>> 16);
        bytes[at + 3] = (byte) (size >>> 24);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
        }
    }
}
