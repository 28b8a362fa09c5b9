/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Describes a development server; {@link #start} starts it. */
public final class DevServerBuilder {
    private int port;
    private String bindAddress = "127.0.0.1";
    private ServerVersion serverVersion = ServerVersion.V7_0;
    private long changeLogBytes = 256L << 20;
    private long snapshotWindowSeconds = 300;
    private ServerClock clock = ServerClock.system();
    private Path dataDirectory;

    private final List<User> users = new ArrayList<>();
    private SSLContext tls;

    DevServerBuilder() {}

    /** The port to listen on; 0, the default, takes a free one. */
    public DevServerBuilder port(int number) {
        port = number;
        return this;
    }

    /** The address to listen on; the default is the loopback address {@code 127.0.0.1}. */
    public DevServerBuilder bindAddress(String address) {
        bindAddress = address;
        return this;
    }

    /** The version that the server says it is and whose features it has; 7.0 by default. */
    public DevServerBuilder serverVersion(ServerVersion version) {
        serverVersion = version;
        return this;
    }

    /** How many bytes of changes, with their images, can be resumed from; 256 MiB by default. */
    public DevServerBuilder changeLogBytes(long bytes) {
        changeLogBytes = bytes;
        return this;
    }

    /** How far back snapshot reads are answered, in seconds of the server's clock; 300 by default. */
    public DevServerBuilder snapshotWindowSeconds(long seconds) {
        snapshotWindowSeconds = seconds;
        return this;
    }

    /** The clock that cluster times follow; the machine's by default. */
    public DevServerBuilder clock(ServerClock source) {
        clock = source;
        return this;
    }

    /** A user who may do everything. With the first user the server asks everybody to log in. */
    public DevServerBuilder user(String name, char[] password) {
        users.add(new User(name, ScramCredentials.of(password), null));
        return this;
    }

    /** A user who may do what the privileges say and nothing else. */
    public DevServerBuilder user(String name, char[] password, List<Privilege> privileges) {
        users.add(new User(name, ScramCredentials.of(password), List.copyOf(privileges)));
        return this;
    }

    /** Speaks TLS only, with the key that the context has. */
    public DevServerBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /**
     * Keeps everything in a directory, so that a server started on it again, even after this one was killed, has every
     * acknowledged write and knows every resume token. Without a directory nothing outlives the process.
     */
    public DevServerBuilder dataDirectory(Path directory) {
        dataDirectory = directory;
        return this;
    }

    /**
     * Starts the server.
     *
     * @throws java.io.UncheckedIOException when the data directory cannot be used
     * @throws RuntimeException when the port is taken
     */
    public DevServer start() {
        return new DevServer(this);
    }

    int port() {
        return port;
    }

    String bindAddress() {
        return bindAddress;
    }

    ServerVersion serverVersion() {
        return serverVersion;
    }

    long changeLogBytes() {
        return changeLogBytes;
    }

    long snapshotWindowSeconds() {
        return snapshotWindowSeconds;
    }

    ServerClock clock() {
        return clock;
    }

    Path dataDirectory() {
        return dataDirectory;
    }

    List<User> users() {
        return users;
    }

    SSLContext tls() {
        return tls;
    }
}
