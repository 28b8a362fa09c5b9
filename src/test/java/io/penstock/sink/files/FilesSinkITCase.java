/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static io.penstock.sink.Changes.clusterTime;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.parquet.DuckDb;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sink in a running job: checkpoints, failures at random places, rescaling, and the end of a bounded input. */
class FilesSinkITCase {
    private static final int SLOTS = 4;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final List<Namespace> NAMESPACES =
            List.of(Changes.CITIES, new Namespace("geo", "a/../b"), new Namespace("_x", "ü"));

    private static MiniCluster cluster;

    @TempDir
    private java.nio.file.Path folder;

    @BeforeAll
    static void start() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(SLOTS)
                .withRandomPorts()
                .build());
        cluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void reset() {
        Throttle.permitted.set(Long.MAX_VALUE);
        Throttle.passed.set(0);
        Failing.left.set(0);
    }

    @Test
    void the_last_files_of_a_bounded_job_are_committed() throws Exception {
        for (boolean checkpoints : new boolean[] {true, false}) {
            String path = folder.resolve("bounded-" + checkpoints).toString();
            run(job(path, 1000, 2, checkpoints, FileFormat.NDJSON, FileCompression.NONE));

            assertExactlyOnce(path, 1000);
        }
    }

    /** Timeline: checkpoints every 50 ms; the job fails three times, each time at least one checkpoint after the last. */
    @ParameterizedTest
    @MethodSource("seeds")
    void every_change_is_in_one_committed_file_whatever_fails(int seed) throws Exception {
        String path = folder.resolve("failures").toString();
        FileFormat format = FileFormat.values()[seed % 3];
        FileCompression compression = FileCompression.values()[seed / 2 % 3];
        Failing.arm(seed, 3);

        run(job(path, 12_000, 1 + seed % SLOTS, true, format, compression));

        assertThat(Failing.left).hasValue(0);
        assertExactlyOnce(path, 12_000);
    }

    /** A reader of another make, which knows nothing of this program, and takes what is visible. */
    @Test
    void duckdb_finds_every_change_once_in_parquet_files_whatever_fails() throws Exception {
        String path = folder.resolve("parquet").toString();
        Failing.arm(11, 3);

        run(job(path, 12_000, 2, true, FileFormat.PARQUET, FileCompression.ZSTD));

        assertThat(Failing.left).hasValue(0);
        assertExactlyOnce(path, 12_000);
        long documents = IntStream.range(0, 12_000).filter(n -> n % 11 != 0).count();
        long sum = IntStream.range(0, 12_000)
                .filter(n -> n % 11 != 0)
                .asLongStream()
                .sum();
        try (DuckDb duckDb = new DuckDb()) {
            assertThat(duckDb.query(
                            "SELECT count(*), count(DISTINCT ns || ' ' || key::VARCHAR || ' ' || version), count(doc), sum(n),"
                                    + " count(f0) + count(f1) + count(f2) + count(f3), count(unfit) FROM read_parquet('"
                                    + path
                                    + "/*/part-*.parquet', union_by_name = true)"))
                    .containsExactly("12000|12000|" + documents + "|" + sum + "|" + documents + "|0");
        }
    }

    /** Timeline: parallelism 1, stopped with a savepoint; 4, stopped; 2, to the end. */
    @Test
    void a_job_goes_on_at_another_parallelism() throws Exception {
        String path = folder.resolve("rescaled").toString();
        String savepoint = null;
        int[] parallelisms = {1, 4, 2};
        for (int i = 0; i < parallelisms.length; i++) {
            boolean last = i == parallelisms.length - 1;
            Throttle.permitted.set(last ? Long.MAX_VALUE : (i + 1) * 4000L);
            StreamExecutionEnvironment job =
                    job(path, 12_000, parallelisms[i], true, FileFormat.NDJSON, FileCompression.GZIP);
            savepoint = last ? run(job, savepoint) : runAndStop(job, savepoint, (i + 1) * 4000L);
        }

        assertExactlyOnce(path, 12_000);
    }

    static Stream<Integer> seeds() {
        return IntStream.range(0, Integer.getInteger("penstock.seeds", 5)).boxed();
    }

    private StreamExecutionEnvironment job(
            String path,
            long count,
            int parallelism,
            boolean checkpoints,
            FileFormat format,
            FileCompression compression) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(parallelism).setMaxParallelism(128);
        if (checkpoints) {
            environment.enableCheckpointing(50);
        }
        FilesSink sink = new FilesSink(
                "files",
                path,
                format,
                compression,
                TableOptions.DERIVED,
                "test/files",
                WINDOW,
                Fence.none(),
                DeadLetterPolicy.NONE);
        DataStream<ChangeRecord> changes = environment
                .fromSource(
                        new NumberSequenceSource(0, count - 1),
                        WatermarkStrategy.noWatermarks(),
                        "numbers",
                        org.apache.flink.api.common.typeinfo.Types.LONG)
                .setParallelism(1)
                .uid("numbers")
                .map(new Throttle())
                .setParallelism(1)
                .uid("throttle")
                .map(FilesSinkITCase::change)
                .returns(ChangeRecord.TYPE)
                .setParallelism(1)
                .assignTimestampsAndWatermarks(WatermarkStrategy.<ChangeRecord>forMonotonousTimestamps()
                        .withTimestampAssigner(
                                (change, none) -> change.version().timestamp()))
                .setParallelism(1)
                .uid("changes")
                .keyBy(ChangeRecord::key, Key.TYPE)
                .map(new Failing())
                .returns(ChangeRecord.TYPE)
                .uid("failing");
        sink.commit(sink.write(changes, "files"), "files");
        return environment;
    }

    /** The n-th change: 97 keys in each of three namespaces, about 40 windows in all; fields come and go. */
    private static ChangeRecord change(long n) {
        Namespace namespace = NAMESPACES.get((int) (n % 3));
        byte[] key = Changes.bson("{\"_id\": " + n / 3 % 97 + "}");
        Version version = Version.event(clusterTime(1_700_000_000L + n / 5, (int) (n % 5)));
        return Changes.of(
                n % 11 == 0 ? Op.DELETE : Op.UPDATE,
                namespace,
                key,
                version,
                n % 11 == 0
                        ? null
                        : Changes.bson("{\"_id\": " + n / 3 % 97 + ", \"n\": " + n + ", \"f" + n / 3000 + "\": true}"));
    }

    private static String run(StreamExecutionEnvironment environment) throws Exception {
        return run(environment, null);
    }

    private static String run(StreamExecutionEnvironment environment, String savepoint) throws Exception {
        JobID job = submit(environment, savepoint);
        cluster.requestJobResult(job)
                .get(4, TimeUnit.MINUTES)
                .toJobExecutionResult(FilesSinkITCase.class.getClassLoader());
        return null;
    }

    private String runAndStop(StreamExecutionEnvironment environment, String savepoint, long count) throws Exception {
        JobID job = submit(environment, savepoint);
        Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> Throttle.passed.get() >= count);
        String made = cluster.stopWithSavepoint(
                        job, folder.resolve("savepoints").toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get(4, TimeUnit.MINUTES);
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .until(() -> cluster.getJobStatus(job).get() == JobStatus.FINISHED);
        return made;
    }

    private static JobID submit(StreamExecutionEnvironment environment, String savepoint) throws Exception {
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        if (savepoint != null) {
            graph.getJobConfiguration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
            graph.setSavepointRestoreSettings(
                    org.apache.flink.runtime.jobgraph.SavepointRestoreSettings.forPath(savepoint));
        }
        return cluster.submitJob(graph).get().getJobID();
    }

    private static void assertExactlyOnce(String path, int count) throws IOException {
        List<String> expected = new ArrayList<>();
        for (long n = 0; n < count; n++) {
            expected.add(name(change(n)));
        }
        List<String> found = new ArrayList<>();
        Set<String> folders = new HashSet<>();
        for (Path file : ExportReader.files(path)) {
            folders.add(file.getParent().getName());
            Map<Key, Version> last = new HashMap<>();
            Set<Long> windows = new HashSet<>();
            ExportReader.read(file, change -> {
                found.add(name(change));
                windows.add(change.window());
                Version before = last.put(change.key(), change.version());
                assertThat(before == null || before.compareTo(change.version()) < 0)
                        .as("order of %s in %s", change.key(), file)
                        .isTrue();
            });
            assertThat(windows).as("windows of %s", file).hasSize(1);
        }
        assertThat(folders).containsExactlyInAnyOrder("geo.cities", "geo.a%2F.%2E%2Fb", "%5Fx.%C3%BC");
        assertThat(found).doesNotHaveDuplicates().hasSameElementsAs(expected);
        try (Stream<java.nio.file.Path> files = Files.walk(java.nio.file.Path.of(path))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
                    .as("hidden files that are left")
                    .isEmpty();
        }
    }

    private static String name(ChangeRecord change) {
        return change.namespace() + " " + change.key() + " " + change.version();
    }

    /**
     * Slows numbers down, so that a job lives through several checkpoints, and beyond a bound so much that it can be stopped. From the
     * middle on it is slower while failures are still to come: where a checkpoint takes long, too.
     */
    private static final class Throttle extends RichMapFunction<Long, Long> {
        private static final long serialVersionUID = 1L;
        private static final long EASY = 6_000;
        private static final AtomicLong permitted = new AtomicLong();
        private static final AtomicLong passed = new AtomicLong();

        @Override
        public Long map(Long number) throws InterruptedException {
            passed.set(number + 1);
            if (number >= permitted.get()) {
                Thread.sleep(20);
            } else if (number >= EASY && Failing.left.get() > 0) {
                Thread.sleep(5);
            } else if (number % 20 == 0) {
                Thread.sleep(1);
            }
            return number;
        }
    }

    /** Throws at random records, and only after a checkpoint completed since it last did. */
    private static final class Failing extends RichMapFunction<ChangeRecord, ChangeRecord>
            implements CheckpointListener {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger left = new AtomicInteger();
        private static volatile boolean ready;
        private static volatile Random random = new Random(0);

        static void arm(int seed, int failures) {
            random = new Random(seed);
            left.set(failures);
            ready = false;
        }

        @Override
        public ChangeRecord map(ChangeRecord change) {
            if (ready && left.get() > 0 && random.nextInt(300) == 0) {
                ready = false;
                left.decrementAndGet();
                throw new IllegalStateException("a forced failure");
            }
            return change;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            ready = true;
        }
    }
}
