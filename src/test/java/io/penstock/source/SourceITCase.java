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
import io.penstock.source.server.ChangeQuery;
import io.penstock.source.server.RowQuery;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source in a real job of two subtasks, against a scripted server. */
class SourceITCase {
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private final ScriptedServer server = new ScriptedServer();
    private SourceJob job;

    @AfterEach
    void stop() throws Exception {
        if (job != null) {
            job.cancel();
        }
    }

    private static SourceOptions options(Startup startup, Scope scope) {
        return new SourceOptions(scope, startup, 0, 5_000, 0, 0, 0, false, false, 0, false, null, null);
    }

    private static Scope names(String... names) {
        return new Scope(
                Set.of(names).stream().map(Namespace::parse).collect(java.util.stream.Collectors.toSet()), List.of());
    }

    private void fill(String namespace, int documents) {
        for (int i = 0; i < documents; i++) {
            server.insert(namespace, document(i, "first"));
        }
        server.tick(1);
    }

    private void awaitEqual(String namespace) {
        await().atMost(Duration.ofMinutes(4))
                .untilAsserted(
                        () -> assertThat(job.collected().content(namespace)).isEqualTo(server.content(namespace)));
    }

    @Test
    void rowsAndEventsTogetherAreTheCollectionAndTheWatermarkPassesOnlyWhenACheckpointHasTheWholeSnapshot()
            throws Exception {
        fill("shop.orders", 1000);
        long start = server.operationTime();
        job = SourceJob.start(new MongoSource(options(Startup.INITIAL, names("shop.orders")), server.factory()), 2);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.seen() > 0);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int id = random.nextInt(1500);
            if (random.nextInt(3) == 0) {
                server.delete("shop.orders", new BsonInt32(id));
            } else {
                server.replace("shop.orders", document(id, "v" + i));
            }
            if (i % 50 == 0) {
                server.tick(1);
            }
        }
        server.tick(5);
        awaitEqual("shop.orders");
        assertThat(job.collected().rows()).isGreaterThan(500);
        assertThat(job.watermark()).isLessThan(Watermarks.below(server.operationTime()) + 1);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.watermark() > Watermarks.below(start) + 1000);
    }

    @Test
    void trap4OneChangeStreamServesAllSplitsOfASnapshot() throws Exception {
        fill("shop.orders", 1000);
        job = SourceJob.start(new MongoSource(options(Startup.INITIAL, names("shop.orders")), server.factory()), 2);
        awaitEqual("shop.orders");
        assertThat(server.asked()).filteredOn(RowQuery.class::isInstance).hasSizeGreaterThan(5);
        assertThat(server.asked()).filteredOn(ChangeQuery.class::isInstance).hasSize(1);
    }

    @Test
    void aSnapshotOnlyJobEndsByItself() throws Exception {
        fill("shop.orders", 300);
        job = SourceJob.start(
                new MongoSource(options(Startup.SNAPSHOT_ONLY, names("shop.orders")), server.factory()), 2);
        await().atMost(Duration.ofMinutes(4)).until(() -> {
            server.tick(1);
            return job.status() == JobStatus.FINISHED;
        });
        assertThat(job.collected().content("shop.orders")).isEqualTo(server.content("shop.orders"));
    }

    @Test
    void latestReadsOnlyWhatIsWrittenFromNowOn() throws Exception {
        fill("shop.orders", 100);
        job = SourceJob.start(new MongoSource(options(Startup.LATEST, names("shop.orders")), server.factory()), 2);
        await().atMost(Duration.ofMinutes(4)).until(() -> {
            server.tick(1);
            return job.watermark() > 0;
        });
        server.insert("shop.orders", document(7777, "new"));
        server.tick(1);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.collected().events() == 1);
        assertThat(job.collected().rows()).isZero();
    }

    @Test
    void collectionsComeAndGoDuringTheSnapshotAndAfterIt() throws Exception {
        fill("shop.orders", 400);
        fill("shop.gone", 100);
        fill("shop.away", 100);
        fill("else.where", 10);
        server.insert("shop.hidden", document(1, "hidden"));
        Scope scope = new Scope(Set.of(), List.of(Pattern.compile("shop\\.(orders|gone|away|new|target)")));
        job = SourceJob.start(new MongoSource(options(Startup.INITIAL, scope), server.factory()), 2);
        server.drop("shop.gone");
        server.rename("shop.away", "shop.hidden2");
        server.insert("shop.new", document(1, "new"));
        server.tick(2);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.watermark() > 0);
        server.rename("shop.hidden", "shop.target");
        server.insert("shop.target", document(2, "behind the rename"));
        server.tick(2);
        for (String namespace : List.of("shop.orders", "shop.gone", "shop.away", "shop.new", "shop.target")) {
            awaitEqual(namespace);
        }
        assertThat(job.collected().content("shop.target")).hasSize(2);
        long target = server.tick(5);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.watermark() >= Watermarks.below(target));
    }
}
