/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Kafka broker in a process of its own, which keeps its log and its port when it is killed and started again. */
final class Broker implements AutoCloseable {
    static final int RECORD_LIMIT = 40 << 20;

    private final Path folder;
    private Child process;
    private String servers;

    private Broker(Path folder) {
        this.folder = folder;
    }

    static Broker start(Path folder) throws IOException {
        Broker broker = new Broker(folder);
        broker.start();
        return broker;
    }

    /** Starts it, again on the same port and log; open when this returns. */
    void start() throws IOException {
        process = Child.start(
                "broker",
                folder,
                Map.of(),
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerMain.class.getName(),
                        folder.resolve("kafka").toString(),
                        Integer.toString(RECORD_LIMIT)));
        servers = process.await("listening on (\\S+)").group(1);
    }

    String servers() {
        return servers;
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
