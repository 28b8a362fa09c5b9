/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.NS;
import static io.penstock.reconcile.Scene.bson;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.reconcile.History.Traits;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.ReconcileSpec.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator in a job: RocksDB with our tuning, incremental checkpoints, two failures, parallelism 2, no generic types. */
class ReconcileITCase {
    private static final Queue<ChangeRecord> SEEN = new ConcurrentLinkedQueue<>();
    private static final List<SourceRecord> INPUT = new ArrayList<>();
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @TempDir
    Path checkpoints;

    @Test
    void aJobOnRocksDbThatFailsTwiceExportsTheExactHistory() throws Exception {
        SEEN.clear();
        INPUT.clear();
        FAILURES.set(2);
        History history = new History(7, Traits.TRANSACTIONS, 3_000, 400);
        INPUT.addAll(interleaved(history));

        Configuration configuration = RocksDbTuning.applyTo(new Configuration());
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        ReconcileSpec spec = new ReconcileSpec(Mode.IMAGES, Duration.ofHours(1), MemorySize.ofMebiBytes(4));
        Reconcile.apply(
                        environment.addSource(new Replay(), "replay", SourceRecord.TYPE),
                        List.of(),
                        spec,
                        Duration.ofSeconds(10),
                        true,
                        List.of(),
                        new OperatorScene.NoLookup())
                .sinkTo(new Collect());
        environment.execute();

        assertThat(FAILURES).hasValueLessThanOrEqualTo(0);
        assertThat(SEEN.size()).as("emitted again after the failures").isGreaterThan(size(history.expected));
        Map<Key, Map<Version, String>> changes = new HashMap<>();
        for (ChangeRecord change : SEEN) {
            String line = History.line(change);
            String before = changes.computeIfAbsent(change.key(), key -> new LinkedHashMap<>())
                    .put(change.version(), line);
            // What was emitted again after a failure is the same, byte for byte.
            assertThat(before == null || before.equals(line)).isTrue();
        }
        Map<Key, List<String>> byKey = new HashMap<>();
        changes.forEach((key, lines) -> byKey.put(key, List.copyOf(lines.values())));
        assertThat(byKey).isEqualTo(history.expected);
    }

    private static int size(Map<Key, List<String>> changes) {
        return changes.values().stream().mapToInt(List::size).sum();
    }

    /** Rows of T0 in any order between the events. */
    private static List<SourceRecord> interleaved(History history) {
        Random random = new Random(1);
        List<SourceRecord> rows = new ArrayList<>();
        history.at(History.T0)
                .forEach((key, document) -> rows.add(
                        new SnapshotRow(NS, key, Version.row(History.T0), History.T0, Scene.EPOCH, bson(document))));
        Collections.shuffle(rows, random);
        List<SourceRecord> input = new ArrayList<>();
        int row = 0;
        for (SourceRecord event : history.stream) {
            input.add(event);
            while (row < rows.size() && random.nextInt(8) == 0) {
                input.add(rows.get(row++));
            }
        }
        input.addAll(rows.subList(row, rows.size()));
        return input;
    }

    /** Replays the input from the checkpoint's position; fails after some checkpoints; the watermark is held until the last row. */
    private static final class Replay
            implements SourceFunction<SourceRecord>, CheckpointedFunction, CheckpointListener {
        private static final long serialVersionUID = 1L;
        private transient ListState<Integer> state;
        private int position;
        private volatile boolean running = true;
        private volatile int completed;
        /** How many changes were emitted when the last checkpoint was complete. */
        private volatile int emitted;

        @Override
        public void run(SourceContext<SourceRecord> out) throws Exception {
            int lastRow = INPUT.lastIndexOf(INPUT.stream()
                    .filter(record -> record instanceof SnapshotRow)
                    .reduce((first, second) -> second)
                    .orElseThrow());
            while (running && position < INPUT.size()) {
                synchronized (out.getCheckpointLock()) {
                    SourceRecord record = INPUT.get(position++);
                    out.collectWithTimestamp(record, record.version().timestamp());
                    if (position > lastRow + 1 && position % 50 == 0) {
                        out.emitWatermark(new Watermark(record.version().timestamp() - 1));
                    }
                }
                if (FAILURES.get() > 0 && position % 1_000 == 800) {
                    awaitCheckpoint();
                }
                if (position % 1_000 == 0 && FAILURES.getAndDecrement() > 0) {
                    synchronized (out.getCheckpointLock()) {
                        awaitEmitted();
                        throw new IllegalStateException("a failure that the test asks for");
                    }
                }
            }
        }

        /** A failure is worth most when a checkpoint has been taken, and records have passed since. */
        private void awaitCheckpoint() throws InterruptedException {
            int before = completed;
            while (running && completed == before) {
                Thread.sleep(5);
            }
        }

        /** Under the lock, so that no checkpoint comes to hold what has to be emitted again. */
        private void awaitEmitted() throws InterruptedException {
            long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (running && SEEN.size() <= emitted && System.nanoTime() < limit) {
                Thread.sleep(5);
            }
        }

        @Override
        public void cancel() {
            running = false;
        }

        @Override
        public void notifyCheckpointComplete(long id) {
            emitted = SEEN.size();
            completed++;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            state.update(List.of(position));
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state = context.getOperatorStateStore()
                    .getListState(new ListStateDescriptor<>("position", IntSerializer.INSTANCE));
            for (int restored : state.get()) {
                position = restored;
            }
        }
    }

    private static final class Collect implements Sink<ChangeRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("deprecation")
        public SinkWriter<ChangeRecord> createWriter(InitContext context) {
            return writer();
        }

        @Override
        public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) {
            return writer();
        }

        private static SinkWriter<ChangeRecord> writer() {
            return new SinkWriter<>() {
                @Override
                public void write(ChangeRecord change, Context context) {
                    assertThat(context.timestamp()).isEqualTo(change.version().timestamp());
                    SEEN.add(change);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
