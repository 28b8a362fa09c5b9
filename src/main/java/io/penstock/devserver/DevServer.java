/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * The embedded development server: the only member of a MongoDB replica set, in this process. It listens from the moment it
 * is built until it is closed. Thread-safe.
 */
public final class DevServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int COMMAND_THREADS = 16;

    private final MultiThreadIoEventLoopGroup io =
            new MultiThreadIoEventLoopGroup(IO_THREADS, daemons("dev-server-io"), NioIoHandler.newFactory());
    private final DefaultEventExecutorGroup work =
            new DefaultEventExecutorGroup(COMMAND_THREADS, daemons("dev-server"));
    /** The connections; one that is added once the group was closed is closed at once. */
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final Engine engine;
    private final Channel channel;

    DevServer(DevServerBuilder settings) {
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger numbers = new AtomicInteger();
        engine = new Engine(settings, this::address, connections::get, work);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(io)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        clients.add(client);
                        if (settings.tls() != null) {
                            client.pipeline().addLast(tlsHandler(settings.tls()));
                        }
                        client.pipeline().addLast(new WireDecoder(), new WireEncoder());
                        client.pipeline()
                                .addLast(
                                        work,
                                        new ConnectionHandler(
                                                engine.dispatcher(), numbers.incrementAndGet(), connections));
                    }
                });
        channel = bootstrap
                .bind(settings.bindAddress(), settings.port())
                .syncUninterruptibly()
                .channel();
    }

    private static SslHandler tlsHandler(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return new SslHandler(engine);
    }

    /** Begins to describe a server. */
    public static DevServerBuilder builder() {
        return new DevServerBuilder();
    }

    /** A server with all defaults, on a free port of the loopback address. */
    public static DevServer start() {
        return builder().start();
    }

    /** Where drivers connect to, without credentials. */
    public String uri() {
        return "mongodb://" + address() + "/?replicaSet=" + InfoCommands.REPLICA_SET;
    }

    /** The port that it listens on. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private String address() {
        return ((InetSocketAddress) channel.localAddress()).getHostString() + ":" + port();
    }

    /** Forgets the whole change log, as when an oplog ran over in the meantime: resuming is error 286 from now on. */
    public void loseHistory() {
        engine.store().log().forgetAll();
    }

    /**
     * Ends every connection, then the threads. A connection that was accepted in the last moment is still to be handed to its
     * event loop; a loop that ended before would leave it open with nobody behind it, and its client waiting for ever.
     */
    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        for (EventExecutor loop : io) {
            loop.submit(() -> {}).syncUninterruptibly();
        }
        clients.close().awaitUninterruptibly();
        io.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        work.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        engine.close();
    }

    private static DefaultThreadFactory daemons(String name) {
        return new DefaultThreadFactory(name, true);
    }
}
