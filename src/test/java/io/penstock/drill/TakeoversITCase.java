/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.devserver.DevServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoversITCase {
    private static final int CLIENTS = 6;
    private static final int TAKEOVERS = 60;

    @TempDir
    private Path folder;

    @Test
    void whoTakeAJobFromEachOtherLoseNothingAndSealNothingTwice() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
        try (DevServer server = DevServer.builder().start()) {
            for (Future<?> done : pool.invokeAll(IntStream.range(0, CLIENTS)
                    .mapToObj(i -> new LeaseClient(server.uri(), "client-" + i, 1 + 2L * TAKEOVERS, folder))
                    .map(Executors::callable)
                    .map(client -> (Callable<Object>) client)
                    .toList())) {
                done.get();
            }
            Takeovers found = Takeovers.read(server.uri(), folder);
            assertThat(found.problems()).as(found.toString()).isEmpty();
            assertThat(found.takeovers()).isGreaterThanOrEqualTo(TAKEOVERS);
            assertThat(found.sealed()).as("they also sealed").isPositive();
            assertThat(found.refused()).as("and were refused").isPositive();
        } finally {
            pool.shutdownNow();
        }
    }
}
