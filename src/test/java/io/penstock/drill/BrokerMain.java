/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.sink.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A Kafka broker as a process: its folder, the bytes of the largest record, and the port that clients outside are told, 0
 * for none. Serves until it is killed; started again on the same folder it is the same broker.
 */
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> overrides = Map.of(
                "message.max.bytes",
                args[1],
                "replica.fetch.max.bytes",
                args[1],
                // Back within seconds after a kill, and a transaction's timeout is acted upon at once.
                "broker.session.timeout.ms",
                "2000",
                "broker.heartbeat.interval.ms",
                "500",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                "1000");
        int advertised = Integer.parseInt(args[2]);
        try (KafkaBroker broker = start(Path.of(args[0]), overrides, advertised)) {
            if (advertised != 0) {
                System.out.println("outside on " + broker.outsidePort());
            }
            System.out.println("listening on " + broker.bootstrapServers());
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
        }
    }

    private static KafkaBroker start(Path folder, Map<String, String> overrides, int advertised) throws IOException {
        return advertised == 0
                ? KafkaBroker.start(folder, overrides)
                : KafkaBroker.startBehind(advertised, folder, overrides);
    }
}
