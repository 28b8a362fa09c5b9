/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.record.Namespace;
import io.penstock.source.SourceOptions.Startup;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A source that loses history again and again, and a job that fails in between: during the first snapshot, while cells are told of a gap,
 * while a pass behind a gap is read. The readers are rolled back, the enumerator is not: it goes on with passes that the stream forgot.
 * Never a late record, no document missing and none too much; and no watermark passes a gap before all cells know of it.
 */
class LostHistoryFailoverITCase {
    private static final int DOCUMENTS = 600;

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private SourceJob job;

    @AfterEach
    void stop() throws Exception {
        if (job != null) {
            job.cancel();
        }
    }

    static IntStream seeds() {
        return IntStream.rangeClosed(1, (Integer.getInteger("penstock.seeds", 5) + 1) / 2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whereverHistoryIsLostAndWhateverFailsTheEndIsTheCollection(int seed) throws Exception {
        Random random = new Random(seed);
        ScriptedServer server = new ScriptedServer();
        for (int i = 0; i < DOCUMENTS; i++) {
            server.insert("shop.orders", document(i, "first"));
        }
        server.insert("shop.gone", document(1, "first"));
        server.tick(1);
        server.answerRows(10);
        server.beforeRows(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)));
        int[] failures = IntStream.of(DOCUMENTS / 2, 40_000, 90_000, 160_000)
                .map(count -> count + random.nextInt(count))
                .distinct()
                .toArray();
        SourceOptions options = new SourceOptions(
                new Scope(Set.of(Namespace.parse("shop.orders"), Namespace.parse("shop.gone")), List.of()),
                Startup.INITIAL,
                0,
                3_000,
                0,
                0,
                0,
                false,
                false,
                0,
                true,
                null,
                null);
        job = SourceJob.start(
                new MongoSource(options, server.factory()), 2, 10 + random.nextInt(200), Long.MAX_VALUE, failures);
        await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(5)).until(() -> job.seen() > 0);
        for (int i = 0; i < 300; i++) {
            int id = random.nextInt(DOCUMENTS + 200);
            if (random.nextInt(3) == 0) {
                server.delete("shop.orders", new BsonInt32(id));
            } else {
                server.replace("shop.orders", document(id, "v" + seed));
            }
            if (i == 150) {
                server.drop("shop.gone");
            }
            if (random.nextInt(10) == 0) {
                server.tick(1);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
            }
            if (i % 100 == 99) {
                lose(server);
            }
        }
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    if (job.failuresLeft() > 0) {
                        // Failures are planned by counts of records, and most of those are cells.
                        lose(server);
                    }
                    return job.failuresLeft() == 0;
                });
        long end = server.tick(5);
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    server.tick(1);
                    assertThat(job.late()).isNull();
                    assertThat(job.watermark())
                            .as("everything is read, and the last pass is complete")
                            .isGreaterThanOrEqualTo(Watermarks.below(end))
                            .isGreaterThanOrEqualTo(job.collected().lastSweep());
                });
        assertThat(job.collected().lastSweep()).isPositive();
        for (String namespace : List.of("shop.orders", "shop.gone")) {
            assertThat(job.collected().content(namespace)).isEqualTo(server.content(namespace));
        }
    }

    /** What happens now is in no log. */
    private static void lose(ScriptedServer server) {
        server.delete("shop.orders", new BsonInt32(7));
        server.insert("shop.orders", document(8, "unseen"));
        server.forgetChanges();
    }
}
