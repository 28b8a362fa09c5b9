/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * A network that can be harmed: what connects to it is connected to a port of this machine, until the connections are cut, no new ones
 * let through, or what they carry is held back: for a while, or until it is let go. Its threads end with it.
 */
public final class Proxy implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    private static final long FROZEN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final IntSupplier target;
    private final AtomicLong accepted = new AtomicLong();
    private volatile boolean refusing;
    private volatile boolean frozen;
    private volatile long delayNanos;

    public Proxy(int target) throws IOException {
        this(() -> target);
    }

    /** @param target asked for the port anew with each connection */
    public Proxy(IntSupplier target) throws IOException {
        this.target = target;
        thread("accepting", this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** How many connections were made to it so far, those that it ended at once among them. */
    public long accepted() {
        return accepted.get();
    }

    /** Ends all connections, in the middle of whatever they carry. */
    public void cut() {
        sockets.forEach(Proxy::closeQuietly);
        sockets.clear();
    }

    /** New connections are ended as soon as they are made, as long as this is on. */
    public void refuse(boolean on) {
        refusing = on;
    }

    /** Every stretch of bytes, in both directions, is passed on so much later than it came. */
    public void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** As long as this is on, connections and bytes are taken and nothing is passed on, as a stopped process does. */
    public void freeze(boolean on) {
        frozen = on;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                // The proxy is closed, or the target does not listen: the client's connection has been ended.
                continue;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        accepted.incrementAndGet();
        if (refusing) {
            client.close();
            return;
        }
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt());
        } catch (IOException e) {
            client.close();
            throw e;
        }
        sockets.add(client);
        sockets.add(server);
        if (refusing) {
            // Refusing began while this one was on its way: the cut may have been before it.
            closeQuietly(client);
            closeQuietly(server);
        }
        thread("to the server", () -> pump(client, server));
        thread("to the client", () -> pump(server, client));
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                while (frozen && !from.isClosed()) {
                    LockSupport.parkNanos(FROZEN_NANOS);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // Either side has ended it, or it was cut: the other side is told by the end of its own connection.
            closeQuietly(to);
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as closed as it will be.
            return;
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "proxy: " + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }
}
