/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.nio.charset.StandardCharsets;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** How many bytes of BSON a document takes. */
public final class Sizes {
    private Sizes() {}

    /** The document's size in bytes. */
    public static int of(BsonDocument document) {
        return document instanceof RawBsonDocument raw
                ? raw.getByteLength()
                : encode(document).getPosition();
    }

    /** Size of a field: its type, name and value. */
    static int field(String name, BsonValue value) {
        return of(new BsonDocument("", value)) - 5 + name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Whether two values are the same to the last byte: types, order of fields, zeros' signs. */
    static boolean same(BsonValue left, BsonValue right) {
        if (left == right) {
            return true;
        }
        if (left == null || right == null || left.getBsonType() != right.getBsonType()) {
            return false;
        }
        return java.util.Arrays.equals(
                encode(new BsonDocument("", left)).toByteArray(),
                encode(new BsonDocument("", right)).toByteArray());
    }

    private static BasicOutputBuffer encode(BsonDocument document) {
        BasicOutputBuffer out = new BasicOutputBuffer(64);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            new BsonDocumentCodec()
                    .encode(writer, document, EncoderContext.builder().build());
        }
        return out;
    }
}
