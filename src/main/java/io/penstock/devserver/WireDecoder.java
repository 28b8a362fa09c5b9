/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteOrder;

/** Cuts the bytes of a connection into {@link WireRequest}s, on the connection's event loop. */
final class WireDecoder extends LengthFieldBasedFrameDecoder {
    WireDecoder() {
        super(ByteOrder.LITTLE_ENDIAN, WireProtocol.MAX_MESSAGE_BYTES, 0, Integer.BYTES, -Integer.BYTES, 0, true);
    }

    @Override
    protected Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
        ByteBuf frame = (ByteBuf) super.decode(context, in);
        if (frame == null) {
            return null;
        }
        try {
            return WireProtocol.read(frame);
        } finally {
            frame.release();
        }
    }
}
