/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.bson.BsonArray;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * MongoDB's wire messages, each given whole: OP_MSG with document sequences, checksum and
 * moreToCome, and OP_QUERY as far as drivers still use it (their first hello).
 *
 * <p>Documents of a sequence (what a client stores) and raw documents of a reply pass through as the bytes that they are, so
 * that no type, subtype or name of a stored document can be lost on the way.
 */
final class WireProtocol {
    /** The most bytes that a message may have, as {@code hello} announces. */
    static final int MAX_MESSAGE_BYTES = 48_000_000;

    private static final int OP_REPLY = 1;
    private static final int OP_QUERY = 2004;
    private static final int OP_MSG = 2013;
    private static final int CHECKSUM_PRESENT = 1;
    private static final int MORE_TO_COME = 1 << 1;
    /** Bits 0 to 15 change a message's meaning and must be understood; the others may be passed over. */
    private static final int REQUIRED_BITS = 0xFFFF;

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private static final int EMPTY_DOCUMENT = 5;
    private static final byte BODY = 0;
    private static final byte DOCUMENT_SEQUENCE = 1;

    private WireProtocol() {}

    /**
     * Reads one message, its length field included, and moves the buffer behind it.
     *
     * @throws IllegalArgumentException when it is no message that this server understands
     * @throws IndexOutOfBoundsException when the message's parts are longer than the message
     */
    static WireRequest read(ByteBuf in) {
        int start = in.readerIndex();
        int end = start + in.readIntLE();
        int requestId = in.readIntLE();
        in.skipBytes(Integer.BYTES);
        int opCode = in.readIntLE();
        WireRequest request =
                switch (opCode) {
                    case OP_MSG -> readMsg(requestId, start, end, in);
                    case OP_QUERY -> readQuery(requestId, in);
                    default -> throw new IllegalArgumentException("unknown operation code " + opCode);
                };
        in.readerIndex(end);
        return request;
    }

    private static WireRequest readMsg(int requestId, int start, int end, ByteBuf in) {
        int flags = in.readIntLE();
        if ((flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) != 0) {
            throw new IllegalArgumentException("unknown flags 0x" + Integer.toHexString(flags));
        }
        int sectionsEnd = end;
        if ((flags & CHECKSUM_PRESENT) != 0) {
            sectionsEnd = end - Integer.BYTES;
            verifyChecksum(start, sectionsEnd, in);
        }
        BsonDocument body = null;
        BsonDocument sequences = new BsonDocument();
        while (in.readerIndex() < sectionsEnd) {
            switch (in.readByte()) {
                case BODY -> body = readDocument(in).decode(CODEC);
                case DOCUMENT_SEQUENCE -> {
                    int sequenceEnd = in.readerIndex() + in.readIntLE();
                    String name = readCString(in);
                    sequences.put(name, readSequence(sequenceEnd, in));
                }
                default -> throw new IllegalArgumentException("unknown kind of section");
            }
        }
        if (body == null || body.isEmpty()) {
            throw new IllegalArgumentException("a message needs a body that names a command");
        }
        body.putAll(sequences);
        return new WireRequest(requestId, body, (flags & MORE_TO_COME) != 0, false);
    }

    private static void verifyChecksum(int start, int end, ByteBuf in) {
        CRC32C checksum = new CRC32C();
        checksum.update(in.nioBuffer(start, end - start));
        if ((int) checksum.getValue() != in.getIntLE(end)) {
            throw new IllegalArgumentException("a message's checksum does not match its content");
        }
    }

    /** A driver's first command comes as a query on {@code admin.$cmd}, perhaps wrapped together with a read preference. */
    private static WireRequest readQuery(int requestId, ByteBuf in) {
        in.skipBytes(Integer.BYTES);
        String namespace = readCString(in);
        in.skipBytes(2 * Integer.BYTES);
        BsonDocument query = readDocument(in).decode(CODEC);
        BsonDocument command = query.isDocument("$query") ? query.getDocument("$query") : query;
        if (!namespace.endsWith(".$cmd") || command.isEmpty()) {
            throw new IllegalArgumentException("OP_QUERY is for commands only");
        }
        command.putIfAbsent("$db", new BsonString(namespace.substring(0, namespace.indexOf('.'))));
        return new WireRequest(requestId, command, false, true);
    }

    /** Writes one whole message; {@code requestId} is the server's own number for it. */
    static void write(int requestId, WireReply reply, ByteBuf out) {
        int start = out.writerIndex();
        out.writeIntLE(0).writeIntLE(requestId).writeIntLE(reply.responseTo());
        if (reply.legacy()) {
            int awaitCapable = 8;
            out.writeIntLE(OP_REPLY)
                    .writeIntLE(awaitCapable)
                    .writeLongLE(0)
                    .writeIntLE(0)
                    .writeIntLE(1);
        } else {
            out.writeIntLE(OP_MSG).writeIntLE(0).writeByte(BODY);
        }
        writeDocument(reply.body(), out);
        out.setIntLE(start, out.writerIndex() - start);
    }

    private static BsonArray readSequence(int end, ByteBuf in) {
        BsonArray documents = new BsonArray();
        while (in.readerIndex() < end) {
            documents.add(readDocument(in));
        }
        return documents;
    }

    private static RawBsonDocument readDocument(ByteBuf in) {
        int length = in.getIntLE(in.readerIndex());
        if (length < EMPTY_DOCUMENT || length > in.readableBytes()) {
            throw new IllegalArgumentException("a document's length does not fit into its message: " + length);
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return new RawBsonDocument(bytes);
    }

    private static String readCString(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new IllegalArgumentException("a name has no end");
        }
        String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        in.skipBytes(1);
        return text;
    }

    private static void writeDocument(BsonDocument document, ByteBuf out) {
        BasicOutputBuffer bytes = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(bytes)) {
            CODEC.encode(writer, document, EncoderContext.builder().build());
        }
        out.writeBytes(bytes.getInternalBuffer(), 0, bytes.getSize());
    }
}
