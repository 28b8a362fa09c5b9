/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.penstock.record.BsonValues;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

class WireProtocolTest {
    private static final int OP_MSG = 2013;

    @Test
    void documentSequencesBecomeArraysOfTheCommand() {
        ByteBuf message = message(0, BsonDocument.parse("{insert: 'c', $db: 'd'}"), "documents", 1, 2);
        WireRequest request = WireProtocol.read(message);
        assertThat(request.command()).isEqualTo("insert");
        assertThat(request.body().get("documents")).isEqualTo(BsonArray.parse("[{_id: 1}, {_id: 2}]"));
        assertThat(request.moreToCome()).isFalse();
        assertThat(message.isReadable()).isFalse();
    }

    @Test
    void moreToComeMeansThatNoReplyIsExpected() {
        assertThat(WireProtocol.read(message(2, BsonDocument.parse("{insert: 'c'}"), "documents", 1))
                        .moreToCome())
                .isTrue();
    }

    @Test
    void aChecksumIsVerified() {
        ByteBuf good = checksummed(true);
        assertThat(WireProtocol.read(good).command()).isEqualTo("ping");
        assertThatThrownBy(() -> WireProtocol.read(checksummed(false))).hasMessageContaining("checksum");
    }

    @Test
    void optionalFlagsArePassedOverAndRequiredOnesRefused() {
        assertThat(WireProtocol.read(message(1 << 16, BsonDocument.parse("{ping: 1}"), "x", 1))
                        .command())
                .isEqualTo("ping");
        assertThatThrownBy(() -> WireProtocol.read(message(1 << 2, BsonDocument.parse("{ping: 1}"), "x", 1)))
                .hasMessageContaining("flags");
    }

    @Test
    void aDriversFirstHelloComesAsAQuery() {
        ByteBuf query = Unpooled.buffer();
        query.writeIntLE(0).writeIntLE(9).writeIntLE(0).writeIntLE(2004).writeIntLE(4);
        query.writeBytes("admin.$cmd\0".getBytes(StandardCharsets.UTF_8))
                .writeIntLE(0)
                .writeIntLE(-1);
        query.writeBytes(bytes(BsonDocument.parse("{$query: {isMaster: 1}}")));
        query.setIntLE(0, query.writerIndex());
        WireRequest request = WireProtocol.read(query);
        assertThat(request)
                .isEqualTo(new WireRequest(9, BsonDocument.parse("{isMaster: 1, $db: 'admin'}"), false, true));
        ByteBuf reply = Unpooled.buffer();
        WireProtocol.write(3, request.reply(BsonDocument.parse("{ok: 1.0}")), reply);
        assertThat(reply.getIntLE(0)).isEqualTo(reply.readableBytes());
        assertThat(reply.getIntLE(8)).isEqualTo(9);
        assertThat(body(reply, 36)).isEqualTo(BsonDocument.parse("{ok: 1.0}"));
    }

    @Test
    void messagesAreCutWhateverTheirBytesArriveIn() {
        ByteBuf two = Unpooled.wrappedBuffer(
                message(0, BsonDocument.parse("{a: 1}"), "x", 1), message(0, BsonDocument.parse("{b: 1}"), "x", 1));
        EmbeddedChannel channel = new EmbeddedChannel(new WireDecoder());
        while (two.isReadable()) {
            channel.writeInbound(two.readRetainedSlice(Math.min(7, two.readableBytes())));
        }
        assertThat(channel.<WireRequest>readInbound().command()).isEqualTo("a");
        assertThat(channel.<WireRequest>readInbound().command()).isEqualTo("b");
        assertThat(channel.<WireRequest>readInbound()).isNull();
    }

    @Provide
    Arbitrary<BsonDocument> documents() {
        return BsonValues.documents(3);
    }

    @Property
    void everyDocumentComesInAndGoesOutByteForByte(@ForAll("documents") BsonDocument document) {
        assertThat(throughTheWire(bytes(document))).isEqualTo(bytes(document));
    }

    @Test
    void documentsOf16MegabytesAndOf180LevelsPass() {
        byte[] large = bytes(new BsonDocument("a.b", new BsonBinary((byte) 0x80, new byte[16 * 1024 * 1024 - 100])));
        assertThat(throughTheWire(large)).isEqualTo(large);
        BsonValue nested = new BsonInt32(1);
        for (int level = 0; level < 180; level++) {
            nested = level % 2 == 0 ? new BsonDocument("", nested) : new BsonArray(List.of(nested));
        }
        byte[] deep = bytes(new BsonDocument("", nested));
        assertThat(throughTheWire(deep)).isEqualTo(deep);
    }

    @Test
    void aDocumentLongerThanItsMessageIsRefused() {
        ByteBuf message = message(0, BsonDocument.parse("{ping: 1}"), "x", 1);
        message.setIntLE(20 + 1 + 4 + 2, 1000);
        assertThatThrownBy(() -> WireProtocol.read(message)).hasMessageContaining("does not fit");
    }

    /** Sends a document in a sequence and in a command's body, and takes both back from a reply. */
    private static byte[] throughTheWire(byte[] document) {
        ByteBuf message = Unpooled.buffer();
        message.writeIntLE(0).writeIntLE(7).writeIntLE(0).writeIntLE(OP_MSG).writeIntLE(0);
        message.writeByte(1)
                .writeIntLE(4 + 2 + document.length)
                .writeByte('s')
                .writeByte(0)
                .writeBytes(document);
        message.writeByte(0).writeBytes(bytes(new BsonDocument("body", new RawBsonDocument(document))));
        message.setIntLE(0, message.writerIndex());
        BsonDocument body = WireProtocol.read(message).body();
        ByteBuf reply = Unpooled.buffer();
        WireProtocol.write(1, new WireReply(7, body, false), reply);
        BsonDocument back = body(reply, 21);
        byte[] inSequence = bytes(back.getArray("s").get(0).asDocument());
        assertThat(bytes(back.getDocument("body"))).isEqualTo(inSequence);
        return inSequence;
    }

    private static BsonDocument body(ByteBuf reply, int offset) {
        byte[] bytes = new byte[reply.readableBytes() - offset];
        reply.getBytes(offset, bytes);
        return new RawBsonDocument(bytes);
    }

    private static byte[] bytes(BsonDocument document) {
        RawBsonDocument raw = document instanceof RawBsonDocument already
                ? already
                : new RawBsonDocument(document, new BsonDocumentCodec());
        byte[] bytes = new byte[raw.getByteBuffer().remaining()];
        raw.getByteBuffer().get(bytes);
        return bytes;
    }

    private static ByteBuf checksummed(boolean right) {
        ByteBuf message = message(1, BsonDocument.parse("{ping: 1}"), "x", 1);
        message.setIntLE(0, message.writerIndex() + Integer.BYTES);
        CRC32C checksum = new CRC32C();
        checksum.update(message.nioBuffer());
        return message.writeIntLE((int) checksum.getValue() + (right ? 0 : 1));
    }

    private static ByteBuf message(int flags, BsonDocument body, String sequence, int... ids) {
        ByteBuf out = Unpooled.buffer();
        out.writeIntLE(0).writeIntLE(7).writeIntLE(0).writeIntLE(OP_MSG).writeIntLE(flags);
        out.writeByte(1);
        int start = out.writerIndex();
        out.writeIntLE(0).writeBytes((sequence + "\0").getBytes(StandardCharsets.UTF_8));
        for (int id : ids) {
            out.writeBytes(bytes(new BsonDocument("_id", new BsonInt32(id))));
        }
        out.setIntLE(start, out.writerIndex() - start);
        out.writeByte(0);
        out.writeBytes(bytes(body));
        return out.setIntLE(0, out.writerIndex());
    }
}
