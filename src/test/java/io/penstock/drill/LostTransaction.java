/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * Kafka is away for longer than a transaction may be open, just when a checkpoint is complete and nothing of it is committed: the
 * broker drops what the checkpoint counts on. The job must end, and say which checkpoint to go back to.
 */
final class LostTransaction {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int TRANSACTION_SECONDS = 15;

    private LostTransaction() {}

    static Report run(Path folder, long seed, boolean highlyAvailable, Consumer<String> says) throws Exception {
        long begun = System.nanoTime();
        Setup setup = new Setup(seed, Sinks.kafka, highlyAvailable, 300, 3, TRANSACTION_SECONDS);
        try (Scene scene = Scene.open(folder, setup, says)) {
            scene.recovery().await();
            long complete = Checkpoints.awaitNext(scene);
            Broker broker = scene.broker.orElseThrow();
            broker.kill();
            List<Path> kept = Checkpoints.of(scene);
            says.accept("Kafka is gone; complete: checkpoint " + complete + ", kept: " + kept);
            TimeUnit.SECONDS.sleep(2 * TRANSACTION_SECONDS);
            broker.start();
            Recovery through = scene.recovery();
            Awaitility.await("the job has ended, or goes on")
                    .atMost(LIMIT)
                    .until(() -> scene.state().equals("FAILED")
                            || through.tried(Duration.ZERO).isPresent());
            says.accept("the job is " + scene.state());
            scene.failures().forEach(cause -> says.accept("  failed: " + cause));
            Duration time = Duration.ZERO;
            if (scene.state().equals("FAILED")) {
                scene.goesBack();
                Recovery recovery = scene.recovery();
                Path before = Checkpoints.of(scene).stream()
                        .filter(one -> Checkpoints.number(one) < complete)
                        .findFirst()
                        .orElseThrow();
                scene.verbs.done("resume", "--from", before.toString());
                time = recovery.await();
            }
            return scene.report("kafka-timeout", List.of(time), begun);
        }
    }
}
