/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.StagingArea;
import io.penstock.source.Proxy;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A MongoDB target that is away, in each of the two ways in which changes come to it. */
class MongoOutageITCase {
    private static final Duration CHECKPOINT = Duration.ofMinutes(8);

    @TempDir
    private Path data;

    private DevServer server;
    private Proxy way;
    private MongoClient client;

    @BeforeEach
    void start() throws IOException {
        server = DevServer.builder().dataDirectory(data).start();
        way = new Proxy(server.port());
        client = MongoClients.create(server.uri());
    }

    @AfterEach
    void stop() throws IOException {
        way.freeze(false);
        client.close();
        way.close();
        server.close();
    }

    private MongoTarget target(String options, Duration checkpoint) {
        return Way.target(
                "mongodb://localhost:" + way.port() + "/?directConnection=true" + options, "_penstock", checkpoint);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerThatIsKilledAndComesBackHasEverything(Way by) throws Exception {
        MongoTarget target = target("", CHECKPOINT);
        by.write(target, DeadLetterPolicy.NONE, Copies.insert(1, 1), Copies.insert(2, 1));
        int port = server.port();
        server.close();
        way.cut();
        long before = way.accepted();
        CompletableFuture<Void> writing =
                inBackground(by, target, Copies.insert(1, 2), Copies.delete(2, 2), Copies.insert(3, 2));
        await().atMost(Duration.ofMinutes(2)).until(() -> way.accepted() > before + 1);
        server = DevServer.builder().dataDirectory(data).port(port).start();
        writing.get(4, TimeUnit.MINUTES);
        assertThat(Copies.rows(client)).isEqualTo(Map.of(1, 2, 3, 2));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerThatIsFrozenForAWhileHasEverything(Way by) throws Exception {
        MongoTarget target = target("", CHECKPOINT);
        by.write(target, DeadLetterPolicy.NONE, Copies.insert(1, 1), Copies.insert(2, 1));
        way.freeze(true);
        long before = way.accepted();
        CompletableFuture<Void> writing =
                inBackground(by, target, Copies.insert(1, 2), Copies.delete(2, 2), Copies.insert(3, 2));
        await().atMost(Duration.ofMinutes(2)).until(() -> way.accepted() > before + 1);
        way.freeze(false);
        writing.get(4, TimeUnit.MINUTES);
        assertThat(Copies.rows(client)).isEqualTo(Map.of(1, 2, 3, 2));
    }

    @Test
    void anAnswerThatDoesNotComeIsWaitedForNoLongerThanAPartOfACheckpoint() throws Exception {
        MongoTarget target = target("", Duration.ofSeconds(16));
        try (StagingArea area = target.openArea(Scene.SINK)) {
            area.removeLeftovers(new Leftover(0, 1, 0));
            way.freeze(true);
            CompletableFuture<?> asking = CompletableFuture.runAsync(() -> {
                try {
                    area.removeLeftovers(new Leftover(0, 1, 0));
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            assertThatThrownBy(() -> asking.get(2, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(MongoFailure.class)
                    .satisfies(e ->
                            assertThat(target.faults().of(e.getCause()).kind()).isEqualTo(Fault.Kind.TRANSIENT));
        }
    }

    @Test
    void aServerThatIsAwayIsTriedAFewTimesInAnAttempt() throws Exception {
        way.refuse(true);
        MongoTarget target = target("", CHECKPOINT);
        try (StagingArea area = target.openArea(Scene.SINK)) {
            assertThatThrownBy(() -> area.removeLeftovers(new Leftover(0, 1, 0)))
                    .satisfies(e -> assertThat(target.faults().of(e).kind()).isEqualTo(Fault.Kind.TRANSIENT));
        }
        assertThat(way.accepted()).as("ten by the driver's own choice").isBetween(1L, 4L);
    }

    @Test
    void whatWaitsAndForHowLongIsTold() throws Exception {
        MetricListener metrics = new MetricListener();
        way.refuse(true);
        UpsertWriter writer =
                Way.writer(target("", CHECKPOINT), Fence.none(), DeadLetterPolicy.NONE, metrics.getMetricGroup());
        try {
            writer.write(Copies.insert(1, 1), null);
            writer.write(Copies.insert(2, 1), null);
            CompletableFuture<Void> flushing = CompletableFuture.runAsync(() -> {
                try {
                    writer.flush(false);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> metrics.getCounter("outage", "retries")
                                    .orElseThrow()
                                    .getCount()
                            > 0);
            assertThat(gauge(metrics, "openTime")).isPositive();
            assertThat(gauge(metrics, "bufferedRecords")).isEqualTo(2);
            assertThat(gauge(metrics, "oldestBufferedAge")).isPositive();
            way.refuse(false);
            flushing.get(4, TimeUnit.MINUTES);
            assertThat(gauge(metrics, "openTime")).isZero();
            assertThat(gauge(metrics, "bufferedRecords")).isZero();
            assertThat(Copies.rows(client)).isEqualTo(Map.of(1, 1, 2, 1));
        } finally {
            writer.close();
        }
    }

    private static long gauge(MetricListener metrics, String name) {
        return metrics.<Long>getGauge("outage", name).orElseThrow().getValue();
    }

    private static CompletableFuture<Void> inBackground(Way by, MongoTarget target, ChangeRecord... changes) {
        return CompletableFuture.runAsync(() -> {
            try {
                by.write(target, DeadLetterPolicy.NONE, changes);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }
}
