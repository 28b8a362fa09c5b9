/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.snapshot;

import io.penstock.record.BsonCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** {@code {_id: …}} cut out of raw documents, bytes unchanged: bounds keep their types and widths. */
public final class Ids {
    private static final byte[] ID = "_id".getBytes(StandardCharsets.US_ASCII);

    private Ids() {}

    /**
     * The {@code _id} of a document, as a document of its own.
     *
     * @throws IllegalArgumentException when it has none
     */
    public static byte[] of(byte[] document) {
        BsonCursor at = BsonCursor.over(document);
        if (!at.find(ID)) {
            throw new IllegalArgumentException("a document without _id");
        }
        int length = 4 + at.elementLength() + 1;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .put(document, at.elementOffset(), at.elementLength())
                .put((byte) 0)
                .array();
    }
}
