/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ExactlyOnceITCase {
    private static final int KEYS = 50;
    private static final int CHANGES = 6_000;
    private static final int FAST = 100_000;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    @TempDir
    static Path directory;

    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(directory.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everyVersionOfEveryKeyArrivesOnceAndInOrderDespiteFailures() throws Exception {
        FAILURES.set(2);
        StreamExecutionEnvironment env = Jobs.environment();
        Jobs.sink(changes(env, CHANGES).map(new Failing()).returns(ChangeRecord.TYPE), spec("failures"));
        env.execute();

        assertThat(FAILURES).hasValue(0);
        assertOnceAndInOrder("failures");
        // The failures left doubles behind in the log: only transactions keep them from being seen.
        assertThat(Messages.all(broker, "failures")).hasSizeGreaterThan(CHANGES);
    }

    @Test
    void goesOnFromASavepointWithMoreAndWithFewerSubtasks() throws Exception {
        String savepoint = null;
        for (int parallelism : List.of(2, 4, 1)) {
            StreamExecutionEnvironment env = savepoint == null ? Jobs.environment() : Jobs.restoredFrom(savepoint);
            env.setParallelism(parallelism);
            // So slow that there is still something to export when the job is stopped, on whatever machine.
            int perSecond = parallelism == 1 ? FAST : 150;
            Jobs.sink(changes(env, CHANGES, perSecond), spec("rescaled"));
            JobClient job = env.executeAsync();
            if (parallelism == 1) {
                job.getJobExecutionResult().get(4, TimeUnit.MINUTES);
            } else {
                awaitAtLeast("rescaled", parallelism == 2 ? 300 : 900);
                savepoint = Awaitility.await()
                        .ignoreExceptions() // It is refused while a task is not yet running.
                        .atMost(Duration.ofMinutes(4))
                        .until(() -> stop(job), path -> path != null);
            }
        }
        assertOnceAndInOrder("rescaled");
    }

    @Test
    void goesOnAfterTheBrokerWasAway() throws Exception {
        StreamExecutionEnvironment env = Jobs.environment();
        Jobs.sink(changes(env, CHANGES), spec("away"));
        JobClient job = env.executeAsync();
        awaitAtLeast("away", 1_000);
        broker.stop();
        broker.start();
        job.getJobExecutionResult().get(4, TimeUnit.MINUTES);
        assertOnceAndInOrder("away");
    }

    private static String stop(JobClient job) throws Exception {
        String savepoints = directory.resolve("savepoints").toUri().toString();
        return job.stopWithSavepoint(false, savepoints, SavepointFormatType.CANONICAL)
                .get(4, TimeUnit.MINUTES);
    }

    private static KafkaSinkSpec spec(String topic) {
        return Specs.spec(broker, topic, Format.DEBEZIUM_JSON, 3);
    }

    /** A thousand a second. */
    static DataStream<ChangeRecord> changes(StreamExecutionEnvironment env) {
        return changes(env, CHANGES);
    }

    private static DataStream<ChangeRecord> changes(StreamExecutionEnvironment env, int count) {
        return changes(env, count, 1_000);
    }

    private static DataStream<ChangeRecord> changes(StreamExecutionEnvironment env, int count, int perSecond) {
        return env.fromSource(
                        new DataGeneratorSource<>(
                                n -> Changes.nth(n, KEYS),
                                count,
                                RateLimiterStrategy.perSecond(perSecond),
                                ChangeRecord.TYPE),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .uid("source")
                .setParallelism(1);
    }

    private static void awaitAtLeast(String topic, int count) {
        Awaitility.await()
                .ignoreExceptions()
                .atMost(Duration.ofMinutes(4))
                .until(() -> Messages.committed(broker, topic).size() >= count);
    }

    private static void assertOnceAndInOrder(String topic) {
        assertOnceAndInOrder(broker, topic);
    }

    /** That a topic has {@link #CHANGES} of {@link #changes}. */
    static void assertOnceAndInOrder(KafkaBroker broker, String topic) {
        List<ConsumerRecord<byte[], byte[]>> messages = Messages.committed(broker, topic);
        assertThat(messages).hasSize(CHANGES);
        Map<String, Version> last = new HashMap<>();
        Map<String, Integer> partitions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            String key = Messages.key(message);
            Version version = Version.parse(Messages.header(message, "version"));
            Version before = last.put(key, version);
            assertThat(before == null || before.compareTo(version) < 0)
                    .as("%s: %s before %s", key, before, version)
                    .isTrue();
            assertThat(partitions.computeIfAbsent(key, any -> message.partition()))
                    .isEqualTo(message.partition());
        }
        assertThat(last).hasSize(KEYS);
    }

    /**
     * Fails twice, each time when messages of a transaction that no checkpoint holds are in the broker's log, so that
     * they have to be written again.
     */
    private static final class Failing
            implements MapFunction<ChangeRecord, ChangeRecord>, CheckpointedFunction, CheckpointListener {
        private static final long serialVersionUID = 1L;
        private static final int NOT_NOW = -1;
        private int seen;
        private int committed = NOT_NOW;

        @Override
        public ChangeRecord map(ChangeRecord change) {
            // Asked now and then only: it reads the topic.
            if (committed != NOT_NOW
                    && ++seen % 20 == 0
                    && Messages.all(broker, "failures").size() > committed
                    && FAILURES.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("a failure, as the test wants it");
            }
            return change;
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            committed = FAILURES.get() > 0 ? Messages.all(broker, "failures").size() : NOT_NOW;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            committed = NOT_NOW;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}
    }
}
