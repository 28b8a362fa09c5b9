/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.BsonCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Document keys ({@code _id} and shard key as stored) as raw BSON. */
final class DocumentKeys {
    private static final byte[] ID = {'_', 'i', 'd'};

    private DocumentKeys() {}

    /** {@code {_id: …}} with the very bytes that the document holds. */
    static byte[] ofDocument(byte[] document) {
        BsonCursor id = idOf(document);
        return replaced(null, document, id.elementOffset(), id.elementLength());
    }

    /**
     * The document key with the document's own {@code _id}: a replace may have changed {@code 1} to {@code 1.0}, and its event
     * still names the former.
     */
    static byte[] withIdOf(byte[] document, byte[] documentKey) {
        BsonCursor stored = idOf(document);
        BsonCursor named = idOf(documentKey);
        int from = stored.elementOffset();
        int length = stored.elementLength();
        if (Arrays.equals(
                document,
                from,
                from + length,
                documentKey,
                named.elementOffset(),
                named.elementOffset() + named.elementLength())) {
            return documentKey;
        }
        return replaced(documentKey, document, from, length);
    }

    private static BsonCursor idOf(byte[] document) {
        BsonCursor cursor = BsonCursor.over(document);
        if (!cursor.find(ID)) {
            throw new IllegalArgumentException("a document without _id");
        }
        return cursor;
    }

    /** The key with its {@code _id} element exchanged for a range of the document; only that element when there is no key. */
    private static byte[] replaced(byte[] key, byte[] document, int from, int length) {
        BsonCursor old = key == null ? null : idOf(key);
        int rest = key == null ? 0 : key.length - 5 - old.elementLength();
        ByteBuffer out = ByteBuffer.allocate(5 + length + rest).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(out.capacity());
        if (key == null) {
            out.put(document, from, length);
        } else {
            int after = old.elementOffset() + old.elementLength();
            out.put(key, 4, old.elementOffset() - 4)
                    .put(document, from, length)
                    .put(key, after, key.length - 1 - after);
        }
        return out.put((byte) 0).array();
    }
}
