/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.sink.Changes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonMaxKey;
import org.bson.BsonString;
import org.bson.BsonUndefined;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every sink keeps to, whatever its target: run real jobs into it and look at what the target holds. A new sink is done when a subclass of
 * this passes.
 */
public abstract class SinkConformance {
    static final int KEYS = 23;
    static final int CHANGES = 1_500;

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    @TempDir
    static Path directory;

    private final List<ChangeRecord> given = new ArrayList<>();

    /**
     * Attaches the sink to changes, as a job does, into a place of its own for each test.
     *
     * @param fate what its parts are to be given to
     */
    protected abstract void attach(DataStream<ChangeRecord> changes, Fate fate);

    /** What the target holds now: of each key (in Extended JSON) the newest that was exported, unless that is a delete. */
    protected abstract Map<String, Held> content() throws Exception;

    /** Fails when anything is left that no checkpoint holds, or when a reader would see a change twice. */
    protected abstract void assertNothingLeftOver() throws Exception;

    /**
     * Fails when what a savepoint held was committed again, by the second of two jobs that both went on from it. A target that keeps every
     * change has from these jobs what came after the savepoint twice: then that is all that it has twice.
     */
    protected void assertWhatTheSavepointHeldIsThereOnce() throws Exception {
        assertNothingLeftOver();
    }

    /** Every change that the test has given to the sink, those of a key in their order; what jobs took up again counts once. */
    protected final List<ChangeRecord> given() {
        return given;
    }

    /** Documents as the target shows them: some keep no order of fields. */
    protected String shown(String relaxed) {
        return relaxed;
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void isExactWhereverTheJobDies(Step step) throws Exception {
        Death.at(step);
        export(series(environment(2, null), 3_000), Fate.DIES).get(4, TimeUnit.MINUTES);
        assertThat(Death.NEXT).as("it has died").hasValue(null);
        assertThat(content()).isEqualTo(shown(Series.after(CHANGES, KEYS)));
        assertNothingLeftOver();
    }

    @Test
    void goesOnFromASavepointWithMoreAndWithFewerSubtasks() throws Exception {
        String savepoint = null;
        for (int parallelism : List.of(2, 4, 1)) {
            boolean last = parallelism == 1;
            StreamExecutionEnvironment env = environment(parallelism, savepoint);
            JobClient job = start(series(env, last ? 10_000 : 100), Fate.LIVES);
            if (last) {
                job.getJobExecutionResult().get(4, TimeUnit.MINUTES);
            } else {
                int before = content().values().stream()
                        .mapToInt(SinkConformance::number)
                        .max()
                        .orElse(0);
                Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> content().values().stream()
                        .anyMatch(held -> number(held) > before + 30));
                savepoint = stop(job);
            }
        }
        assertThat(content()).isEqualTo(shown(Series.after(CHANGES, KEYS)));
        assertNothingLeftOver();
    }

    @Test
    void whatASavepointHoldsIsCommittedOnceHoweverOftenItIsRestored() throws Exception {
        JobClient job = start(series(environment(2, null), 100), Fate.LIVES);
        Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> content().size() > KEYS / 2);
        String savepoint = stop(job);
        for (int i = 0; i < 2; i++) {
            export(series(environment(2, savepoint), 10_000), Fate.LIVES).get(4, TimeUnit.MINUTES);
            assertThat(content()).isEqualTo(shown(Series.after(CHANGES, KEYS)));
            if (i == 0) {
                assertNothingLeftOver();
            } else {
                assertWhatTheSavepointHeldIsThereOnce();
            }
        }
    }

    @Test
    void anOlderChangeNeverWinsWhateverWasDeletedMeanwhile() throws Exception {
        ChangeRecord inserted = document("{_id: 1}", 10, "{_id: 1, n: 10}");
        ChangeRecord kept = document("{_id: 2}", 20, "{_id: 2, n: 20}");
        exportOnly(inserted, kept);
        exportOnly(Changes.delete(Series.CITIES, "{_id: 1}", Series.version(30)));
        exportOnly(
                inserted,
                document("{_id: 2}", 15, "{_id: 2, n: 15}"),
                Changes.delete(Series.CITIES, "{_id: 2}", Series.version(19)));
        assertThat(content()).isEqualTo(shown(Map.of(kept.key().toString(), Held.of(kept))));

        ChangeRecord again = document("{_id: 1}", 40, "{_id: 1, n: 40}");
        exportOnly(again);
        assertThat(content()).isEqualTo(shown(held(again, kept)));
    }

    @Test
    void aRepeatedVersionOfAHigherRevisionWins() throws Exception {
        ChangeRecord first = document("{_id: 1}", 10, "{_id: 1, n: 1}");
        ChangeRecord second = revised(document("{_id: 1}", 10, "{_id: 1, n: 2}"), 1);
        exportOnly(second);
        exportOnly(first);
        assertThat(content()).isEqualTo(shown(held(second)));
    }

    @Test
    void manyChangesOfADocumentInOneCheckpointEndWithTheLast() throws Exception {
        ChangeRecord[] changes = new ChangeRecord[50];
        Arrays.setAll(
                changes,
                n -> n % 7 == 3
                        ? Changes.delete(Series.CITIES, "{_id: 1}", Series.version(n))
                        : document("{_id: 1}", n, "{_id: 1, n: " + n + "}"));
        exportOnly(changes);
        assertThat(content()).isEqualTo(shown(held(changes[49])));
    }

    @Test
    void idsThatAreEqualNumbersAreOneDocument() throws Exception {
        ChangeRecord last = document("{_id: {$numberDecimal: '1.00'}}", 30, "{_id: {$numberDecimal: '1.00'}, n: 3}");
        exportOnly(document("{_id: 1}", 10, "{_id: 1, n: 1}"));
        exportOnly(document("{_id: {$numberDouble: '1.0'}}", 20, "{_id: {$numberDouble: '1.0'}, n: 2}"));
        exportOnly(last);
        assertThat(content()).isEqualTo(shown(held(last)));
        exportOnly(Changes.delete(Series.CITIES, "{_id: {$numberLong: '1'}}", Series.version(40)));
        assertThat(content()).isEmpty();
    }

    @Test
    void everyBsonTypeArrives() throws Exception {
        BsonDocument all = BsonDocument.parse(
                """
                {_id: {a: 1, b: [null, 'x']}, double: 1.5, nan: {$numberDouble: 'NaN'}, infinite: {$numberDouble: '-Infinity'},
                 zero: {$numberDouble: '-0.0'}, text: 'tab\\t, line\\n, back\\\\slash, \\\\N, "quote"', array: [1, [], {}],
                 oid: {$oid: '5f1d2c3b4a59687766554433'}, yes: true, date: {$date: '2026-11-01T10:00:00.123Z'},
                 early: {$date: {$numberLong: '-9999999999999999'}}, nothing: null, regex: {$regularExpression: {pattern: 'a/b', options: 'i'}},
                 code: {$code: 'f()'}, scoped: {$code: 'f()', $scope: {x: 1}}, symbol: {$symbol: 's'}, int: 7,
                 timestamp: {$timestamp: {t: 4294967295, i: 1}}, long: {$numberLong: '9223372036854775807'},
                 decimal: {$numberDecimal: '-9.999999999999999999999999999999999E+6144'}, min: {$minKey: 1}}
                """);
        all.append("max", new BsonMaxKey())
                .append("undefined", new BsonUndefined())
                .append("bytes", new BsonBinary((byte) 0x80, new byte[] {0, -1, 10}))
                .append("old", new BsonBinary((byte) 2, new byte[] {1, 2, 3}))
                .append("pointer", new BsonDbPointer("a.b", new ObjectId("5f1d2c3b4a59687766554433")));
        ChangeRecord change = document(new BsonDocument("_id", all.get("_id")), 10, all);
        exportOnly(change);
        assertThat(content()).isEqualTo(shown(held(change)));
    }

    @Test
    void fieldNamesMayBeEmptyDottedDollaredOrAnyScript() throws Exception {
        BsonDocument names = new BsonDocument("_id", new BsonString("ключ/名\u0007\uD83D\uDE00"));
        for (String name : List.of(
                "",
                "a.b",
                ".",
                "$set",
                "$",
                "naïve",
                "日本",
                "\uD83D\uDE00",
                "tab\t",
                "quote\"",
                "back\\",
                "constructor")) {
            names.append(name, new BsonString("v" + name));
        }
        names.append("nested", names.clone());
        ChangeRecord change = document(new BsonDocument("_id", names.get("_id")), 10, names);
        exportOnly(change);
        assertThat(content()).isEqualTo(shown(held(change)));
    }

    @Test
    void documentsOf15MegabytesArrive() throws Exception {
        ChangeRecord[] large = new ChangeRecord[3];
        Arrays.setAll(
                large,
                n -> document(
                        BsonDocument.parse("{_id: " + n + "}"),
                        n,
                        BsonDocument.parse("{_id: " + n + "}")
                                .append("text", new BsonString("é\\\n".repeat(15 << 18)))));
        exportOnly(large);
        Map<String, Held> content = content();
        assertThat(content.keySet()).isEqualTo(held(large).keySet());
        // Not compared as a map: a failure would print them.
        assertThat(content.equals(shown(held(large))))
                .as("the documents are the same")
                .isTrue();
    }

    static ChangeRecord document(String key, long n, String document) {
        return document(BsonDocument.parse(key), n, BsonDocument.parse(document));
    }

    private static ChangeRecord document(BsonDocument key, long n, BsonDocument document) {
        return Changes.of(Op.CREATE, Series.CITIES, Changes.bson(key), Series.version(n), Changes.bson(document));
    }

    private static ChangeRecord revised(ChangeRecord change, int revision) {
        return new ChangeRecord(
                change.op(),
                change.namespace(),
                change.key(),
                change.documentKey(),
                change.version(),
                revision,
                change.document(),
                null,
                change.epoch(),
                change.window(),
                change.shape(),
                change.exportVersion(),
                change.rowHash(),
                null);
    }

    private static Map<String, Held> held(ChangeRecord... changes) {
        Map<String, Held> held = new TreeMap<>();
        for (ChangeRecord change : changes) {
            held.put(change.key().toString(), Held.of(change));
        }
        return held;
    }

    private Map<String, Held> shown(Map<String, Held> held) {
        Map<String, Held> shown = new TreeMap<>();
        held.forEach((key, each) -> shown.put(key, new Held(each.version(), each.revision(), shown(each.document()))));
        return shown;
    }

    private static int number(Held held) {
        return BsonDocument.parse(held.document()).getInt32("n").getValue();
    }

    /** A job that exports these changes, in their order per key, and ends; its failure is the test's. */
    void exportOnly(ChangeRecord... changes) throws Exception {
        given.addAll(Arrays.asList(changes));
        StreamExecutionEnvironment env = environment(2, null);
        env.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        export(env.fromData(Arrays.asList(changes), ChangeRecord.TYPE).uid("source"), Fate.LIVES)
                .get(4, TimeUnit.MINUTES);
        assertNothingLeftOver();
    }

    CompletableFuture<?> export(DataStream<ChangeRecord> changes, Fate fate) throws Exception {
        return start(changes, fate).getJobExecutionResult();
    }

    JobClient start(DataStream<ChangeRecord> changes, Fate fate) throws Exception {
        attach(
                changes.keyBy(change -> change.key().cell())
                        .map(change -> change)
                        .returns(ChangeRecord.TYPE)
                        .uid("changes"),
                fate);
        return changes.getExecutionEnvironment().executeAsync();
    }

    DataStream<ChangeRecord> series(StreamExecutionEnvironment env, int perSecond) {
        given.clear();
        LongStream.range(0, CHANGES).forEach(n -> given.add(Series.nth(n, KEYS)));
        return env.fromSource(
                        new DataGeneratorSource<>(
                                n -> Series.nth(n, KEYS),
                                CHANGES,
                                RateLimiterStrategy.perSecond(perSecond),
                                ChangeRecord.TYPE),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .uid("source")
                .setParallelism(1);
    }

    static StreamExecutionEnvironment environment(int parallelism, String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        return env;
    }

    private static String stop(JobClient job) {
        String savepoints = directory.resolve("savepoints").toUri().toString();
        return Awaitility.await()
                .ignoreExceptions() // It is refused while a task is not yet running.
                .atMost(Duration.ofMinutes(4))
                .until(
                        () -> job.stopWithSavepoint(false, savepoints, SavepointFormatType.CANONICAL)
                                .get(4, TimeUnit.MINUTES),
                        path -> path != null);
    }
}
