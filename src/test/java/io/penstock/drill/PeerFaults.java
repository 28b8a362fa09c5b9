/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What happens to what the job needs: source, Kafka, network, disk. */
final class PeerFaults {
    private static final int OUTAGE_SECONDS = 20;

    private PeerFaults() {}

    static Duration killKafka(Scene scene) throws Exception {
        scene.pause(2_000);
        Broker broker = scene.broker.orElseThrow();
        broker.kill();
        TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
        broker.start();
        return scene.recovery().await();
    }

    static Duration killSource(Scene scene) throws Exception {
        scene.pause(2_000);
        scene.source.away("KILL", OUTAGE_SECONDS);
        return scene.recovery().await();
    }

    static Duration freezeSource(Scene scene) throws Exception {
        scene.pause(2_000);
        scene.source.away("STOP", OUTAGE_SECONDS);
        return scene.recovery().await();
    }

    /** All connections at once, five times in a few seconds. */
    static Duration cutNetwork(Scene scene) throws Exception {
        for (int i = 0; i < 5; i++) {
            scene.pause(2_000);
            scene.proxy.cut();
        }
        return scene.recovery().await();
    }

    static Duration refuseNetwork(Scene scene) throws Exception {
        scene.pause(2_000);
        scene.proxy.refuse(true);
        scene.proxy.cut();
        TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
        scene.proxy.refuse(false);
        return scene.recovery().await();
    }

    static Duration delayNetwork(Scene scene) throws Exception {
        scene.proxy.delay(100 + scene.random.nextInt(300));
        TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
        scene.proxy.delay(0);
        return scene.recovery().await();
    }

    /** No checkpoint can be written for a while. */
    static Duration fillDisk(Scene scene) throws Exception {
        scene.pause(2_000);
        Disk disk = scene.disk.orElseThrow();
        disk.fill();
        TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
        disk.free();
        return scene.recovery().await();
    }
}
