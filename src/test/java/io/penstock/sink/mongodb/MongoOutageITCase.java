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
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.SystemicFaultException;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.StagingArea;
import io.penstock.source.Proxy;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** That a command is not done, and that it is done and the answer says no more than that it may be lost again. */
    private static final List<String> FAILURES = List.of(
            "closeConnection: true", "writeConcernError: {code: 64, errmsg: 'waiting for replication timed out'}");

    static Stream<Arguments> waysAndFailures() {
        return Arrays.stream(Way.values()).flatMap(by -> FAILURES.stream().map(failure -> Arguments.of(by, failure)));
    }

    @ParameterizedTest
    @MethodSource("waysAndFailures")
    void whereverACommandFailsAnotherAttemptEndsTheSame(Way by, String failure) throws Exception {
        MongoTarget target = target("&retryWrites=false&retryReads=false", CHECKPOINT);
        by.write(target, DeadLetterPolicy.NONE, insert(1, 1), insert(2, 2), insert(3, 3));
        int commands = by == Way.TRANSACTIONAL ? 15 : 5;
        for (int command = 0; command < commands; command++) {
            int n = 10 * (command + 1);
            fail("{skip: " + command + ", times: 1}", failure);
            by.write(target, DeadLetterPolicy.NONE, delete(1, n), insert(2, n), insert(3, n));
            fail("'off'", "");
            assertThat(rows()).as("failed at command %d", command).isEqualTo(Map.of(2, n, 3, n));
            assertThat(staged()).isZero();
            by.write(target, DeadLetterPolicy.NONE, insert(1, n + 1));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerThatIsKilledAndComesBackHasEverything(Way by) throws Exception {
        MongoTarget target = target("", CHECKPOINT);
        by.write(target, DeadLetterPolicy.NONE, insert(1, 1), insert(2, 1));
        int port = server.port();
        server.close();
        way.cut();
        long before = way.accepted();
        CompletableFuture<Void> writing = inBackground(by, target, insert(1, 2), delete(2, 2), insert(3, 2));
        await().atMost(Duration.ofMinutes(2)).until(() -> way.accepted() > before + 1);
        server = DevServer.builder().dataDirectory(data).port(port).start();
        writing.get(4, TimeUnit.MINUTES);
        assertThat(rows()).isEqualTo(Map.of(1, 2, 3, 2));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aServerThatIsFrozenForAWhileHasEverything(Way by) throws Exception {
        MongoTarget target = target("", CHECKPOINT);
        by.write(target, DeadLetterPolicy.NONE, insert(1, 1), insert(2, 1));
        way.freeze(true);
        long before = way.accepted();
        CompletableFuture<Void> writing = inBackground(by, target, insert(1, 2), delete(2, 2), insert(3, 2));
        await().atMost(Duration.ofMinutes(2)).until(() -> way.accepted() > before + 1);
        way.freeze(false);
        writing.get(4, TimeUnit.MINUTES);
        assertThat(rows()).isEqualTo(Map.of(1, 2, 3, 2));
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
            writer.write(insert(1, 1), null);
            writer.write(insert(2, 1), null);
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
            assertThat(rows()).isEqualTo(Map.of(1, 1, 2, 1));
        } finally {
            writer.close();
        }
    }

    @Test
    void withoutTheRightNothingIsWrittenAndNothingTriedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Fence lost = () -> {
            asked.incrementAndGet();
            throw new IOException("lost");
        };
        UpsertWriter writer =
                Way.writer(target("", CHECKPOINT), lost, DeadLetterPolicy.NONE, new UnregisteredMetricsGroup());
        try {
            writer.write(insert(1, 1), null);
            assertThatThrownBy(() -> writer.flush(false)).hasMessage("lost");
        } finally {
            writer.close();
        }
        assertThat(asked).hasValue(1);
        assertThat(rows()).isEmpty();
    }

    private static long gauge(MetricListener metrics, String name) {
        return metrics.<Long>getGauge("outage", name).orElseThrow().getValue();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFullDiskIsNotHeldAgainstADocumentAndSaidWithWhatToDo(Way by) {
        fail("'alwaysOn'", "errorCode: 14031");
        assertThatThrownBy(() -> by.write(target("", CHECKPOINT), DeadLetterPolicy.NONE, insert(1, 1)))
                .isInstanceOf(SystemicFaultException.class)
                .hasMessageContaining("Sink sink: MongoDB target: cannot ")
                .hasMessageContaining("(14031 OutOfDiskSpace)")
                .hasMessageContaining("Make room");
        fail("'off'", "");
        assertThat(rows()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aPasswordThatIsWrongIsSaidAtOnceAndNotTold(Way by) throws Exception {
        try (DevServer locked =
                DevServer.builder().user("penstock", "right".toCharArray()).start()) {
            MongoTarget target =
                    Way.target("mongodb://penstock:wrong-secret@localhost:" + locked.port(), "_penstock", CHECKPOINT);
            assertThatThrownBy(() -> by.write(target, DeadLetterPolicy.NONE, insert(1, 1)))
                    .isInstanceOf(SystemicFaultException.class)
                    .hasMessageContaining("authSource")
                    .hasMessageNotContaining("wrong-secret");
        }
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

    private void fail(String mode, String how) {
        client.getDatabase("admin")
                .runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: " + mode
                        + ", data: {failCommands: ['find', 'insert', 'update', 'delete', 'getMore'], " + how + "}}"));
    }

    private Map<Integer, Integer> rows() {
        Map<Integer, Integer> rows = new TreeMap<>();
        client.getDatabase("copy")
                .getCollection("cities", BsonDocument.class)
                .find()
                .forEach(each -> rows.put(
                        each.getInt32("_id").getValue(), each.getInt32("n").getValue()));
        return rows;
    }

    private long staged() {
        return client.getDatabase("penstock_staging").getCollection("staged").countDocuments();
    }

    private static ChangeRecord insert(int key, int n) {
        return Changes.insert(
                Changes.CITIES,
                "{_id: " + key + "}",
                Version.event(Changes.clusterTime(1_760_000_000L, n)),
                Changes.bson("{_id: " + key + ", n: " + n + "}"));
    }

    private static ChangeRecord delete(int key, int n) {
        return Changes.delete(
                Changes.CITIES, "{_id: " + key + "}", Version.event(Changes.clusterTime(1_760_000_000L, n)));
    }
}
