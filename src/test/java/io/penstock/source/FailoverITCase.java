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
import java.util.Arrays;
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
 * A job that fails again and again late in the snapshot, and once more when the first watermark has passed it, while documents are
 * written: never a late record, nothing lost. The
 * default scheduler rolls the readers back, but not the enumerator, whose memory then holds splits to be finished that are not.
 */
class FailoverITCase {
    private static final int DOCUMENTS = 1500;

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
        return IntStream.rangeClosed(1, Integer.getInteger("penstock.seeds", 5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noRecordIsLateAndNoneIsLostWhateverFailsAndWhen(int seed) throws Exception {
        Random random = new Random(seed);
        ScriptedServer server = new ScriptedServer();
        for (int i = 0; i < DOCUMENTS; i++) {
            server.insert("shop.orders", document(i, "first"));
        }
        server.tick(1);
        server.answerRows(10);
        server.beforeRows(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)));
        int[] failures = IntStream.generate(() -> DOCUMENTS / 2 + random.nextInt(DOCUMENTS))
                .distinct()
                .limit(4)
                .toArray();
        SourceOptions options = new SourceOptions(
                new Scope(Set.of(Namespace.parse("shop.orders"), Namespace.parse("shop.came")), List.of()),
                Startup.INITIAL,
                0,
                3_000,
                0,
                0,
                0,
                false,
                false,
                0,
                false,
                null,
                null);
        job = SourceJob.start(
                new MongoSource(options, server.factory()),
                2,
                10 + random.nextInt(400),
                Watermarks.below(server.operationTime()),
                failures);
        await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(5)).until(() -> job.seen() > 0);
        for (int i = 0; i < 400; i++) {
            int id = random.nextInt(DOCUMENTS + 200);
            switch (random.nextInt(4)) {
                case 0 -> server.delete("shop.orders", new BsonInt32(id));
                case 1 -> server.transaction(() -> {
                    server.replace("shop.orders", document(id, "one"));
                    server.replace("shop.orders", document(id, "two"));
                });
                default -> server.replace("shop.orders", document(id, "v" + seed));
            }
            if (i == 200) {
                server.insert("shop.hidden", document(1, "came by a rename"));
                server.rename("shop.hidden", "shop.came");
            }
            if (random.nextInt(10) == 0) {
                server.tick(1);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
            }
            if (random.nextInt(100) == 0) {
                server.forgetSnapshots();
            }
        }
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    // Failures are planned by counts of records, and how many are read twice is the machine's affair.
                    for (int i = 0; i < 20 && job.failuresLeft() > 0; i++) {
                        server.replace("shop.orders", document(i, "for the failures that are left"));
                    }
                    server.tick(1);
                    return job.failuresLeft() == 0;
                });
        long end = server.tick(5);
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    server.tick(1);
                    assertThat(job.late()).isNull();
                    assertThat(job.watermark()).isGreaterThanOrEqualTo(Watermarks.below(end));
                });
        assertThat(job.failuresLeft())
                .as(
                        "failures left of %s after %d records, %d rows",
                        Arrays.toString(failures), job.seen(), job.collected().rows())
                .isZero();
        assertThat(job.late()).isNull();
        for (String namespace : List.of("shop.orders", "shop.came")) {
            assertThat(job.collected().content(namespace)).isEqualTo(server.content(namespace));
        }
    }
}
