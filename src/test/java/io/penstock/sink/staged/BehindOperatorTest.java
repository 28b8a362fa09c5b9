/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.MemoryLetters;
import io.penstock.sink.outage.FaultTable;
import io.penstock.store.Fence;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sink that may fall behind, before a target that is away, or dies before any of its writes. */
@Timeout(300)
class BehindOperatorTest {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final int MAX_PARALLELISM = 16;
    private static final int CHANGES = 120;

    /** About six changes. */
    private static final long FEW = 3_400;

    private static final long MANY = 1 << 20;

    /** The operator is serialized, so its target is found here, and what sets letters aside too. */
    private static MemoryTarget target;

    private static MemoryLetters letters;

    private final List<OneInputStreamOperatorTestHarness<ChangeRecord, Void>> open = new ArrayList<>();

    @BeforeEach
    void start() {
        target = new MemoryTarget();
        letters = new MemoryLetters();
    }

    @AfterEach
    void stop() throws Exception {
        target.failing = 0;
        for (OneInputStreamOperatorTestHarness<ChangeRecord, Void> each : open) {
            each.close();
        }
    }

    /** The test's target, with one thread in it at a time. */
    private static final class InTest implements StagedTarget {
        private static final long serialVersionUID = 1L;

        @Override
        public String targetOf(Namespace namespace) {
            return namespace.collection();
        }

        @Override
        public StagingArea openArea(String sink) {
            return alone(StagingArea.class, target.openArea(sink));
        }

        @Override
        public StageApplier openApplier(String sink) {
            return alone(StageApplier.class, target.openApplier(sink));
        }

        @Override
        public FaultTable faults() {
            return failure -> target.faults().of(failure);
        }

        private static <T> T alone(Class<T> type, T real) {
            return type.cast(
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        synchronized (target) {
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    }));
        }
    }

    private OneInputStreamOperatorTestHarness<ChangeRecord, Void> started(long mostBytes) throws Exception {
        return started(mostBytes, null, 0, 1, 0);
    }

    private OneInputStreamOperatorTestHarness<ChangeRecord, Void> started(
            long mostBytes, OperatorSubtaskState from, long checkpoint, int parallelism, int subtask) throws Exception {
        DeadLetterPolicy policy = new DeadLetterPolicy(() -> letters, 100, 1);
        BehindOperator operator =
                new BehindOperator("job", "sink", new InTest(), Fence.none(), policy, mostBytes, () -> 0.001);
        OneInputStreamOperatorTestHarness<ChangeRecord, Void> harness =
                new OneInputStreamOperatorTestHarness<>(operator, MAX_PARALLELISM, parallelism, subtask);
        harness.setup();
        if (from != null) {
            harness.setRestoredCheckpointId(checkpoint);
            harness.initializeState(from);
        }
        open.add(harness);
        harness.open();
        return harness;
    }

    private static void put(OneInputStreamOperatorTestHarness<ChangeRecord, Void> sink, ChangeRecord... changes)
            throws Exception {
        for (ChangeRecord change : changes) {
            sink.processElement(new StreamRecord<>(change));
        }
    }

    private static OperatorSubtaskState checkpoint(OneInputStreamOperatorTestHarness<ChangeRecord, Void> sink, long id)
            throws Exception {
        OperatorSubtaskState state = sink.snapshot(id, 0);
        sink.notifyOfCompletedCheckpoint(id);
        return state;
    }

    private static int behind(OneInputStreamOperatorTestHarness<ChangeRecord, Void> sink) {
        return ((BehindOperator) sink.getOperator()).behind();
    }

    /** Says again and again that an old checkpoint was complete, which changes nothing, until all is in the target. */
    private static void untilApplied(OneInputStreamOperatorTestHarness<ChangeRecord, Void> sink) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            sink.notifyOfCompletedCheckpoint(0);
            return behind(sink) == 0;
        });
    }

    private static Map<String, Version> rows() {
        synchronized (target) {
            Map<String, Version> rows = new TreeMap<>();
            target.rows.forEach((key, change) -> rows.put(key, change.version()));
            return rows;
        }
    }

    private static Map<String, Version> newest(List<ChangeRecord> history) {
        Map<String, Version> newest = new TreeMap<>();
        history.forEach(change -> newest.put(change.key().toString(), change.version()));
        return newest;
    }

    @Test
    void theTargetShowsWhatCompleteCheckpointsCoverAndNothingElse() throws Exception {
        var sink = started(MANY);
        put(sink, change(1, 1));
        sink.snapshot(1, 0);
        put(sink, change(2, 2));
        sink.snapshot(2, 0);
        put(sink, change(3, 3));
        sink.notifyOfCompletedCheckpoint(1);
        untilApplied(sink);
        assertThat(rows()).isEqualTo(newest(List.of(change(1, 1))));
        sink.notifyOfCompletedCheckpoint(2);
        untilApplied(sink);
        assertThat(rows()).isEqualTo(newest(List.of(change(1, 1), change(2, 2))));
    }

    @Test
    void whileTheTargetIsAwayCheckpointsCompleteAndThenAllArrives() throws Exception {
        var sink = started(MANY);
        List<ChangeRecord> history = new ArrayList<>();
        target.failing = 100;
        for (int i = 1; i <= 20; i++) {
            ChangeRecord change = change(i % 3, i);
            history.add(change);
            put(sink, change);
            checkpoint(sink, i);
        }
        assertThat(behind(sink)).isEqualTo(20);
        assertThat(rows()).isEmpty();
        target.failing = 0;
        untilApplied(sink);
        assertThat(rows()).isEqualTo(newest(history));
        assertThat(target.stages).isEmpty();
    }

    @Test
    void whatIsNotInTheTargetIsInTheCheckpointAndWrittenByWhoRestoresIt() throws Exception {
        var sink = started(MANY);
        target.failing = 100;
        put(sink, change(1, 1));
        checkpoint(sink, 1);
        put(sink, change(2, 2));
        OperatorSubtaskState state = sink.snapshot(2, 0);
        put(sink, change(3, 3));
        sink.close();
        target.failing = 0;
        var restored = started(MANY, state, 2, 1, 0);
        untilApplied(restored);
        assertThat(rows()).isEqualTo(newest(List.of(change(1, 1), change(2, 2))));
    }

    @Test
    void beyondTheBoundItHoldsBackUntilTheTargetAnswers() throws Exception {
        var sink = started(FEW);
        target.failing = 100;
        put(sink, change(0, 0));
        checkpoint(sink, 1);
        FutureTask<Integer> putting = new FutureTask<>(() -> {
            for (int i = 1; i <= 20; i++) {
                put(sink, change(i, i));
            }
            return behind(sink);
        });
        Thread thread = new Thread(putting);
        thread.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> thread.getState() == Thread.State.WAITING);
        assertThat(putting.isDone()).isFalse();
        target.failing = 0;
        putting.get();
        checkpoint(sink, 2);
        untilApplied(sink);
        assertThat(rows()).hasSize(21);
    }

    /** A snapshot that fills the bound many times over between two checkpoints. */
    @Test
    void whatIsTooMuchBeforeItsCheckpointIsStagedAndInTheCheckpointAsAStage() throws Exception {
        var sink = started(FEW);
        ChangeRecord[] changes =
                IntStream.range(0, 60).mapToObj(i -> change(i, i)).toArray(ChangeRecord[]::new);
        put(sink, changes);
        assertThat(rows()).isEmpty();
        OperatorSubtaskState state = sink.snapshot(5, 0);
        assertThat(state.getStateSize()).isLessThan(FEW);
        put(sink, change(100, 100));
        sink.close();

        var restored = started(FEW, state, 5, 1, 0);
        untilApplied(restored);
        assertThat(rows()).isEqualTo(newest(List.of(changes)));
        assertThat(target.stages).isEmpty();
    }

    /** However old: the target may have been away for long. */
    @Test
    void aStageThatACheckpointHoldsIsNoLeftover() throws Exception {
        var sink = started(FEW);
        put(sink, IntStream.range(0, 60).mapToObj(i -> change(i, i)).toArray(ChangeRecord[]::new));
        target.failing = 100;
        checkpoint(sink, 5);
        OperatorSubtaskState state = sink.snapshot(50_000, 0);
        sink.close();
        target.failing = 0;
        var restored = started(FEW, state, 50_000, 1, 0);
        untilApplied(restored);
        assertThat(rows()).hasSize(60);
    }

    @Test
    void theLastCheckpointOfAJobThatEndsIsInTheTargetBeforeItIsOver() throws Exception {
        var sink = started(MANY);
        target.failing = 40;
        put(sink, change(1, 1), change(2, 2));
        sink.endInput();
        checkpoint(sink, 1);
        assertThat(rows()).hasSize(2);
        assertThat(behind(sink)).isZero();
    }

    @Test
    void whatTimeDoesNotMendFailsTheJob() throws Exception {
        var sink = started(MANY);
        target.writesLeft = 0;
        put(sink, change(1, 1));
        // It may be noticed at once, or later.
        assertThatThrownBy(() -> {
                    checkpoint(sink, 1);
                    untilApplied(sink);
                })
                .hasStackTraceContaining("it died, as the test wants it");
        assertThatThrownBy(() -> put(sink, change(2, 2))).isInstanceOf(IOException.class);
    }

    @Test
    void refusedChangesAreSetAsideOnceHoweverOftenTheirCheckpointIsRestored() throws Exception {
        target.refused.add(change(2, 2).key().toString());
        var sink = started(MANY);
        put(sink, change(1, 1), change(2, 2), change(3, 3));
        OperatorSubtaskState state = checkpoint(sink, 1);
        untilApplied(sink);
        sink.close();
        var again = started(MANY, state, 1, 1, 0);
        untilApplied(again);
        assertThat(rows()).isEqualTo(newest(List.of(change(1, 1), change(3, 3))));
        assertThat(letters.letters).hasSize(1);
    }

    static IntStream seeds() {
        return IntStream.range(0, 6 * Integer.getInteger("penstock.seeds", 5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whereverItDiesAndHoweverItIsRescaledEveryChangeIsAppliedAndNothingStaysStaged(int seed) throws Exception {
        Run run = new Run(new Random(seed));
        target.failing = seed % 3 * 10;
        target.random = new Random(~seed);
        for (int deaths = 0; !run.done; ) {
            synchronized (target) {
                target.writesLeft = deaths < 12 ? run.random.nextInt(60) : -1;
            }
            try {
                run.live();
            } catch (IOException e) {
                assertThat(e).hasStackTraceContaining("it died, as the test wants it");
                deaths++;
            }
        }
        assertThat(rows()).as("seed %d", seed).isEqualTo(newest(run.history));
        assertThat(target.stages).as("seed %d: stages", seed).isEmpty();
        assertThat(target.staged).as("seed %d: staged rows", seed).isEmpty();
    }

    private static ChangeRecord change(int key, int n) {
        String id = "{_id: " + key + "}";
        Version version = Version.event(Changes.clusterTime(1_760_000_000L, n + 1));
        return n % 5 == 4
                ? Changes.delete(CITIES, id, version)
                : Changes.of(
                        Op.CREATE, CITIES, Changes.bson(id), version, Changes.bson("{_id: " + key + ", n: " + n + "}"));
    }

    /** A job's lives: each goes on from the newest checkpoint that completed, with as many subtasks as it likes. */
    private final class Run {
        private final Random random;
        private final List<ChangeRecord> history = new ArrayList<>();
        private OperatorSubtaskState last;
        private int lastParallelism;
        private int lastPosition;
        private long lastId;
        private long ids;
        private boolean done;

        private Run(Random random) {
            this.random = random;
            for (int n = 0; n < CHANGES; n++) {
                history.add(change(random.nextInt(7), n));
            }
        }

        private void live() throws Exception {
            List<OneInputStreamOperatorTestHarness<ChangeRecord, Void>> sinks = new ArrayList<>();
            try {
                live(sinks);
                done = true;
            } finally {
                for (OneInputStreamOperatorTestHarness<ChangeRecord, Void> each : sinks) {
                    each.close();
                }
                open.clear();
            }
        }

        private void live(List<OneInputStreamOperatorTestHarness<ChangeRecord, Void>> sinks) throws Exception {
            int parallelism = 1 + random.nextInt(3);
            for (int subtask = 0; subtask < parallelism; subtask++) {
                OperatorSubtaskState its = last == null
                        ? null
                        : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                last, MAX_PARALLELISM, lastParallelism, parallelism, subtask);
                sinks.add(started(FEW, its, lastId, parallelism, subtask));
            }
            for (int position = lastPosition; position < CHANGES; ) {
                int until = Math.min(CHANGES, position + random.nextInt(30));
                for (; position < until; position++) {
                    ChangeRecord change = history.get(position);
                    put(sinks.get(change.key().cell() % parallelism), change);
                }
                checkpoint(sinks, position, random.nextInt(4) == 0);
            }
            for (OneInputStreamOperatorTestHarness<ChangeRecord, Void> each : sinks) {
                each.endInput();
            }
            checkpoint(sinks, CHANGES, false);
        }

        /** Some fail, after some of the subtasks have taken part. */
        private void checkpoint(
                List<OneInputStreamOperatorTestHarness<ChangeRecord, Void>> sinks, int position, boolean fails)
                throws Exception {
            long id = ++ids;
            OperatorSubtaskState[] states = new OperatorSubtaskState[sinks.size()];
            for (int i = 0; i < states.length; i++) {
                if (!fails || random.nextBoolean()) {
                    states[i] = sinks.get(i).snapshot(id, 0);
                }
            }
            if (!fails) {
                last = AbstractStreamOperatorTestHarness.repackageState(states);
                lastParallelism = states.length;
                lastPosition = position;
                lastId = id;
                for (OneInputStreamOperatorTestHarness<ChangeRecord, Void> each : sinks) {
                    each.notifyOfCompletedCheckpoint(id);
                }
            }
        }
    }
}
