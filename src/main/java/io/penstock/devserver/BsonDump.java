/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.bson.BsonSerializationException;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** BSON documents one after the other, as {@code mongodump} writes them. */
final class BsonDump {
    private static final int SMALLEST_DOCUMENT = 5;
    /** A document's own limit, and what the server allows around it. */
    private static final int LARGEST_DOCUMENT = 16 * 1024 * 1024 + 16 * 1024;

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private BsonDump() {}

    static void read(Path file, InputStream in, Consumer<RawBsonDocument> target) throws IOException {
        long offset = 0;
        for (byte[] head = head(file, in, offset); head.length > 0; head = head(file, in, offset)) {
            int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (length < SMALLEST_DOCUMENT || length > LARGEST_DOCUMENT) {
                throw ImportException.atByte(
                        file, offset, "no document begins here: its length would be " + length, null);
            }
            byte[] bytes = new byte[length];
            System.arraycopy(head, 0, bytes, 0, head.length);
            int rest = readRest(file, in, bytes, offset);
            if (rest != length - head.length) {
                throw ImportException.atByte(file, offset, "the file ends within the document that begins here", null);
            }
            RawBsonDocument document = new RawBsonDocument(bytes);
            validate(file, offset, document);
            target.accept(document);
            offset += length;
        }
    }

    /** The next document's length field; empty at the file's end. */
    private static byte[] head(Path file, InputStream in, long offset) throws IOException {
        try {
            byte[] head = in.readNBytes(Integer.BYTES);
            if (head.length > 0 && head.length < Integer.BYTES) {
                throw ImportException.atByte(file, offset, "the file ends within a document's length", null);
            }
            return head;
        } catch (EOFException cut) {
            throw ImportException.atByte(file, offset, "the compressed file ends too early", cut);
        }
    }

    private static int readRest(Path file, InputStream in, byte[] bytes, long offset) throws IOException {
        try {
            return in.readNBytes(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        } catch (EOFException cut) {
            throw ImportException.atByte(
                    file, offset, "the compressed file ends within the document that begins here", cut);
        }
    }

    private static void validate(Path file, long offset, RawBsonDocument document) throws ImportException {
        try {
            document.decode(CODEC);
        } catch (BsonSerializationException | IllegalArgumentException | IndexOutOfBoundsException malformed) {
            throw ImportException.atByte(
                    file, offset, "the document that begins here is malformed: " + malformed.getMessage(), malformed);
        }
    }
}
