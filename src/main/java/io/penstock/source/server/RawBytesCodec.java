/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.io.BsonInput;
import org.bson.io.BsonInputMark;

/** Takes a document out of the server's answer as it is: its bytes are copied once and never decoded. */
final class RawBytesCodec implements Codec<byte[]>, CodecProvider {
    private static final RawBsonDocumentCodec RAW = new RawBsonDocumentCodec();

    @Override
    public byte[] decode(BsonReader reader, DecoderContext context) {
        if (!(reader instanceof BsonBinaryReader binary)) {
            return bytes(RAW.decode(reader, context));
        }
        BsonInput input = binary.getBsonInput();
        BsonInputMark start = input.getMark(Integer.BYTES);
        int length = input.readInt32();
        start.reset();
        byte[] document = new byte[length];
        input.readBytes(document);
        start.reset();
        if (binary.getCurrentBsonType() == null) {
            binary.readStartDocument();
            while (binary.readBsonType() != org.bson.BsonType.END_OF_DOCUMENT) {
                binary.skipName();
                binary.skipValue();
            }
            binary.readEndDocument();
        } else {
            binary.skipValue();
        }
        return document;
    }

    /** The document's bytes, without the room that its buffer may have beyond them. */
    static byte[] bytes(RawBsonDocument document) {
        java.nio.ByteBuffer buffer = document.getByteBuffer().asNIO();
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    @Override
    public void encode(BsonWriter writer, byte[] value, EncoderContext context) {
        RAW.encode(writer, new RawBsonDocument(value), context);
    }

    @Override
    public Class<byte[]> getEncoderClass() {
        return byte[].class;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Codec<T> get(Class<T> type, CodecRegistry registry) {
        return type == byte[].class ? (Codec<T>) this : null;
    }
}
