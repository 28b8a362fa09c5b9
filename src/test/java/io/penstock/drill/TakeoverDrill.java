/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@link LeaseClient}s in processes, of which one after the other is frozen for longer than its lease. */
final class TakeoverDrill {
    private static final int THREADS = 2;

    /** The lease of the clients is two seconds. */
    private static final long FROZEN_MILLIS = 2_500;

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private TakeoverDrill() {}

    /** Returns what was found. */
    static Takeovers run(Path folder, int times, int processes, long seed, Consumer<String> says) throws Exception {
        Random random = new Random(seed);
        Path logs = Files.createDirectories(folder.resolve("clients"));
        List<Child> clients = new ArrayList<>();
        int frozen = 0;
        long begun = System.nanoTime();
        try (Source store = Source.start(folder.resolve("server"))) {
            for (int i = 0; i < processes; i++) {
                clients.add(client(folder, logs, store.uri(), 1 + 2L * times, "process-" + i));
            }
            while (clients.stream().anyMatch(Child::isAlive)) {
                Child victim = clients.get(random.nextInt(processes));
                if (!victim.ended(random.nextInt(2_000)) && victim.isAlive()) {
                    victim.signal("STOP");
                    TimeUnit.MILLISECONDS.sleep(FROZEN_MILLIS);
                    victim.signal("CONT");
                    frozen++;
                }
                if (System.nanoTime() - begun > LIMIT.toNanos()) {
                    throw new IllegalStateException("no end after " + LIMIT);
                }
            }
            for (Child client : clients) {
                if (client.exitCode(LIMIT) != 0) {
                    throw new IllegalStateException(client.endedByItself());
                }
            }
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            says.accept(processes + " processes of " + THREADS + " clients, one of them frozen for " + FROZEN_MILLIS
                    + " ms " + frozen + " times; " + seconds + " s");
            return Takeovers.read(store.uri(), logs);
        } finally {
            for (Child client : clients) {
                client.close();
            }
        }
    }

    private static Child client(Path folder, Path logs, String uri, long untilToken, String name) throws Exception {
        return Child.start(
                name,
                folder,
                Map.of(),
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeaseClient.class.getName(),
                        uri,
                        logs.toString(),
                        Long.toString(untilToken),
                        name,
                        Integer.toString(THREADS)));
    }
}
