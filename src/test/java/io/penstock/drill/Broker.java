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
    private final int advertised;
    private Child process;
    private String servers;
    private int outsidePort;
    private int starts;

    private Broker(Path folder, int advertised) {
        this.folder = folder;
        this.advertised = advertised;
    }

    static Broker start(Path folder) throws IOException {
        return start(folder, 0);
    }

    /** @param advertised the port that clients who come to {@link #outsidePort()} are told; 0 when nobody does */
    static Broker start(Path folder, int advertised) throws IOException {
        Broker broker = new Broker(folder, advertised);
        broker.start();
        return broker;
    }

    /** Starts it, again on the same port and log; open when this returns. */
    void start() throws IOException {
        process = Child.start(
                "broker-" + ++starts,
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
                        data(folder).toString(),
                        Integer.toString(RECORD_LIMIT),
                        Integer.toString(advertised)));
        servers = process.await("listening on (\\S+)").group(1);
        if (advertised != 0) {
            outsidePort = Integer.parseInt(process.await("outside on (\\d+)").group(1));
        }
    }

    /** Where a broker of a folder keeps its log. */
    static Path data(Path folder) {
        return folder.resolve("kafka");
    }

    int outsidePort() {
        return outsidePort;
    }

    String servers() {
        return servers;
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        process.signal(signal);
    }

    /** Waits for a moment; true when it ended by itself. */
    boolean ended(long millis) throws InterruptedException {
        return process.ended(millis);
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
