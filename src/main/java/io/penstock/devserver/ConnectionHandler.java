/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection: hands commands to the dispatcher and writes the replies, which may come later. */
final class ConnectionHandler extends SimpleChannelInboundHandler<WireRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    private final Dispatcher dispatcher;
    private final int number;
    private final AtomicInteger open;
    private Connection connection;

    /** @param open counts the open connections */
    ConnectionHandler(Dispatcher dispatcher, int number, AtomicInteger open) {
        this.dispatcher = dispatcher;
        this.number = number;
        this.open = open;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open.incrementAndGet();
        connection = new Connection(number, context.executor());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.decrementAndGet();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WireRequest request) {
        dispatcher.handle(request.body(), connection).whenComplete((reply, error) -> {
            if (error != null) {
                context.close();
            } else if (!request.moreToCome()) {
                // A reply that cannot be written ends the connection: its client would wait for it for ever.
                context.writeAndFlush(request.reply(reply)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("Connection {} is closed", number, cause);
        context.close();
    }
}
