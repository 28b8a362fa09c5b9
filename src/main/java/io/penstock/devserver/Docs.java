/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Short forms for reading commands and building replies. */
final class Docs {
    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private Docs() {}

    /** The document as bytes; the argument itself when it is bytes already. */
    static RawBsonDocument raw(BsonDocument document) {
        return document instanceof RawBsonDocument already ? already : new RawBsonDocument(bytes(document));
    }

    /** The document's BSON. */
    static byte[] bytes(BsonDocument document) {
        BasicOutputBuffer out = new BasicOutputBuffer(256);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            CODEC.encode(writer, document, EncoderContext.builder().build());
        }
        return out.toByteArray();
    }

    /** A copy that may be changed, decoded through and through. */
    static BsonDocument decoded(BsonDocument document) {
        return document instanceof RawBsonDocument bytes ? bytes.decode(CODEC) : document.clone();
    }

    static BsonDocument ok() {
        return new BsonDocument("ok", new BsonDouble(1));
    }

    /** The reply with {@code ok: 1} at its end. */
    static BsonDocument ok(BsonDocument reply) {
        return reply.append("ok", new BsonDouble(1));
    }

    static BsonDocument doc(BsonDocument command, String field) {
        BsonValue value = command.get(field);
        return value != null && value.isDocument() ? value.asDocument() : null;
    }

    static BsonDocument docOrEmpty(BsonDocument command, String field) {
        BsonDocument value = doc(command, field);
        return value == null ? new BsonDocument() : value;
    }

    static long number(BsonDocument command, String field, long otherwise) {
        BsonValue value = command.get(field);
        return value != null && value.isNumber() ? value.asNumber().longValue() : otherwise;
    }

    /** What the server takes for true: true itself, and every number but zero. */
    static boolean truth(BsonDocument command, String field) {
        BsonValue value = command.get(field);
        return value != null
                && (value.isBoolean()
                        ? value.asBoolean().getValue()
                        : value.isNumber() && value.asNumber().doubleValue() != 0);
    }

    static String text(BsonDocument command, String field) {
        BsonValue value = command.get(field);
        return value != null && value.isString() ? value.asString().getValue() : null;
    }

    static BsonInt32 num(int value) {
        return new BsonInt32(value);
    }

    static BsonInt64 num(long value) {
        return new BsonInt64(value);
    }

    static BsonString str(String value) {
        return new BsonString(value);
    }

    static BsonBoolean bool(boolean value) {
        return BsonBoolean.valueOf(value);
    }

    static BsonTimestamp time(long clusterTime) {
        return new BsonTimestamp(clusterTime);
    }

    static BsonDateTime date(long millis) {
        return new BsonDateTime(millis);
    }

    static BsonBinary bin(byte[] bytes) {
        return new BsonBinary(bytes);
    }
}
