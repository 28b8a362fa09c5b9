/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;

/** Writes {@link WireReply}s to a connection, numbering them, on the connection's event loop. */
final class WireEncoder extends MessageToByteEncoder<WireReply> {
    private int lastRequestId;

    @Override
    protected void encode(ChannelHandlerContext context, WireReply reply, ByteBuf out) {
        WireProtocol.write(++lastRequestId, reply, out);
    }
}
