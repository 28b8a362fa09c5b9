/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool$;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker (and its controller) in this process, on free loopback ports, for tests. It keeps its ports and its log when
 * it is stopped and started again; also in another process, that is given the same folder.
 */
public final class KafkaBroker implements AutoCloseable {
    /** Ours, for the next process; Kafka passes over what it does not know. */
    private static final String PORT = "test.port";

    private static final String OUTSIDE = "test.outside";
    private static final String FILE = "server.properties";
    private static final int FIRST_PORT = 20_000;
    private static final int FIRST_EPHEMERAL_PORT = 32_768;

    private final Properties properties = new Properties();
    private final int port;
    private KafkaRaftServer server;

    private KafkaBroker(Path directory, Map<String, String> overrides, String... features) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            port = Integer.parseInt(properties.getProperty(PORT));
            return;
        }
        port = freePort(0);
        properties.setProperty(PORT, Integer.toString(port));
        int controller = freePort(port);
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.resolve("log").toString()),
                Map.entry("log.retention.ms", "-1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("num.partitions", "1"),
                Map.entry("log.cleaner.enable", "false")));
        properties.putAll(overrides);
        format(file, features);
    }

    /** A running broker; what it keeps goes below the directory. */
    public static KafkaBroker start(Path directory) throws IOException {
        return start(directory, Map.of());
    }

    /** A running broker with some properties of its own, and features as {@code name=level}. */
    public static KafkaBroker start(Path directory, Map<String, String> overrides, String... features)
            throws IOException {
        KafkaBroker broker = new KafkaBroker(Files.createDirectories(directory), overrides, features);
        broker.start();
        return broker;
    }

    /**
     * A running broker with a second listener, for clients that come through something between: it names another port than its own, to
     * which they connect. What the broker has to say to itself does not go that way.
     *
     * @param advertised the port that clients of this listener are told
     */
    public static KafkaBroker startBehind(int advertised, Path directory, Map<String, String> overrides)
            throws IOException {
        KafkaBroker broker = new KafkaBroker(Files.createDirectories(directory), overrides);
        if (!broker.properties.containsKey(OUTSIDE)) {
            broker.listenOutside(advertised);
            broker.store(directory.resolve(FILE));
        }
        broker.start();
        return broker;
    }

    private void listenOutside(int advertised) throws IOException {
        int outside = freePort(port);
        properties.setProperty(OUTSIDE, Integer.toString(outside));
        properties.merge("listeners", ",OUTSIDE://127.0.0.1:" + outside, (one, more) -> one + more.toString());
        properties.merge("listener.security.protocol.map", ",OUTSIDE:PLAINTEXT", (one, more) -> one + more.toString());
        properties.setProperty(
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port + ",OUTSIDE://127.0.0.1:" + advertised);
    }

    /** The port of the second listener. */
    public int outsidePort() {
        return Integer.parseInt(properties.getProperty(OUTSIDE));
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** A client for its administration, to be closed by the caller. */
    public Admin admin() {
        return Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    /** Starts it, again after {@link #stop()}; open when this returns. */
    public void start() {
        server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
    }

    public void stop() {
        server.shutdown();
        server.awaitShutdown();
        server = null;
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
    }

    private void store(Path file) throws IOException {
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    private void format(Path file, String... features) throws IOException {
        store(file);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<String> command = new ArrayList<>(
                List.of("format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()));
        for (String feature : features) {
            command.addAll(List.of("--feature", feature));
        }
        int status = StorageTool$.MODULE$.execute(
                command.toArray(String[]::new), new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IOException("cannot format Kafka's storage: " + said.toString(StandardCharsets.UTF_8));
        }
    }

    /**
     * Below those that the system gives to whoever connects or asks for any: one of these stays free while a broker is being started,
     * or stopped for a while.
     */
    private static int freePort(int taken) throws IOException {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT);
            if (candidate == taken) {
                continue;
            }
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException used) {
                // another one, then
            }
        }
    }
}
