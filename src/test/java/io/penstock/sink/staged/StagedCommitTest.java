/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writers and committer against a target that dies before any of its writes, driven as Flink drives them. */
class StagedCommitTest {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final int SUBTASKS = 2;
    private static final int CHANGES = 120;

    static IntStream seeds() {
        return IntStream.range(0, 40 * Integer.getInteger("penstock.seeds", 5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whereverItDiesEveryChangeIsAppliedAndNothingStaysStaged(int seed) throws Exception {
        Run run = new Run(new Random(seed));
        finish(run);
        assertExact(run, seed);
    }

    /** Each write may fail for once, or go well and its answer be lost; besides, it dies now and then. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatFailsForAWhileIsRepeatedAndNothingIsDoubledOrLost(int seed) throws Exception {
        Run run = new Run(new Random(seed));
        run.target.failing = 4 + seed % 5;
        run.target.random = new Random(~seed);
        finish(run);
        assertThat(run.target.failed).as("seed %d: failures", seed).isPositive();
        assertExact(run, seed);
    }

    private static void finish(Run run) throws Exception {
        int deaths = 0;
        while (!run.isDone()) {
            run.target.writesLeft = deaths < 12 ? run.random.nextInt(60) : -1;
            try {
                run.live();
            } catch (IOException e) {
                deaths++;
            }
        }
    }

    private static void assertExact(Run run, int seed) {
        Map<String, Version> expected = new TreeMap<>();
        run.history.forEach(change -> expected.put(change.key().toString(), change.version()));
        Map<String, Version> found = new TreeMap<>();
        run.target.rows.forEach((key, change) -> found.put(key, change.version()));
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
        assertThat(run.target.stages).as("seed %d: stages", seed).isEmpty();
        assertThat(run.target.staged).as("seed %d: staged rows", seed).isEmpty();
    }

    @Test
    void aStageThatIsGoneOrNotWholeIsNamedAndNothingIsApplied() throws Exception {
        MemoryTarget target = new MemoryTarget();
        Stage lost = stage(target, 1);
        Stage halved = stage(target, 2);
        Stage sound = stage(target, 3);
        target.staged.remove(lost.name().id());
        target.staged.get(halved.name().id()).remove(0L);
        assertThatThrownBy(() -> commit(target, lost, halved, sound))
                .isInstanceOf(LostStageException.class)
                .hasMessageContaining("of 2 changes for cities")
                .hasMessageContaining("0 are there")
                .hasMessageContaining("1 are there")
                .hasMessageContaining("rollback");
        assertThat(target.rows).isEmpty();
    }

    @Test
    void otherRowsOfTheSameNumberAreNotTakenForTheStage() throws Exception {
        MemoryTarget target = new MemoryTarget();
        Stage stage = stage(target, 1);
        target.staged.get(stage.name().id()).put(0L, StagedRow.of(change(7, 7)));
        assertThatThrownBy(() -> commit(target, stage)).hasMessageContaining("2 are there, and other ones");
    }

    /** The target may have been away for minutes. */
    @Test
    void beforeACommitIsRepeatedItAsksWhetherTheJobWasTakenOver() throws Exception {
        MemoryTarget target = new MemoryTarget();
        Stage stage = stage(target, 1);
        target.failing = 50;
        Fence takenOver = () -> {
            throw new IOException("another life has begun");
        };
        try (StagedCommitter committer = Scene.committer(target, takenOver)) {
            assertThatThrownBy(() -> committer.commit(List.of(new MockCommitRequest<>(stage))))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("another life has begun");
        }
        assertThat(target.failed).isEqualTo(1);
    }

    @Test
    void whatWasAppliedBeforeIsNotAskedForAgain() throws Exception {
        MemoryTarget target = new MemoryTarget();
        Stage stage = stage(target, 1);
        commit(target, stage);
        Map<String, ChangeRecord> rows = Map.copyOf(target.rows);
        commit(target, stage);
        assertThat(target.rows).isEqualTo(rows).hasSize(2);
    }

    private static Stage stage(MemoryTarget target, int n) throws Exception {
        StagingWriter writer = Scene.writer(target, 0, 0);
        writer.write(change(2 * n, 2 * n), null);
        writer.write(change(2 * n + 1, 2 * n + 1), null);
        writer.flush(false);
        return writer.prepareCommit().iterator().next();
    }

    private static void commit(MemoryTarget target, Stage... stages) throws Exception {
        commit(target, List.of(stages));
    }

    private static void commit(MemoryTarget target, List<Stage> stages) throws Exception {
        List<Committer.CommitRequest<Stage>> requests = new ArrayList<>();
        for (Stage stage : stages) {
            StageSerializer serializer = new StageSerializer();
            requests.add(new MockCommitRequest<>(serializer.deserialize(2, serializer.serialize(stage))));
        }
        try (StagedCommitter committer = Scene.committer(target)) {
            committer.commit(requests);
        }
    }

    private static ChangeRecord change(int key, int n) {
        String id = "{_id: " + key + "}";
        Version version = Version.event(Changes.clusterTime(1_760_000_000L, n + 1));
        return n % 5 == 4
                ? Changes.delete(CITIES, id, version)
                : Changes.of(
                        Op.CREATE, CITIES, Changes.bson(id), version, Changes.bson("{_id: " + key + ", n: " + n + "}"));
    }

    /** A job's lives: each goes on from the newest checkpoint that completed. */
    private static final class Run {
        private final Random random;
        private final MemoryTarget target = new MemoryTarget();
        private final List<ChangeRecord> history = new ArrayList<>();
        private Checkpoint last = new Checkpoint(0, 0, List.of());
        private long checkpointIds;
        private boolean done;

        private record Checkpoint(long id, int position, List<Stage> uncommitted) {}

        private Run(Random random) {
            this.random = random;
            for (int n = 0; n < CHANGES; n++) {
                history.add(change(random.nextInt(7), n));
            }
        }

        private boolean isDone() {
            return done;
        }

        private void live() throws Exception {
            StagingWriter[] writers = new StagingWriter[SUBTASKS];
            try {
                live(writers);
            } finally {
                for (StagingWriter writer : writers) {
                    if (writer != null) {
                        writer.close();
                    }
                }
            }
        }

        private void live(StagingWriter[] writers) throws Exception {
            Checkpoint restored = last;
            for (int subtask = 0; subtask < SUBTASKS; subtask++) {
                removeLeftovers(new Leftover(subtask, SUBTASKS, restored.id()));
                writers[subtask] = Scene.writer(target, subtask, restored.id());
            }
            List<Stage> handedOver = new ArrayList<>(restored.uncommitted());
            commitAll(handedOver);
            int position = restored.position();
            while (position < CHANGES || last.position() < CHANGES) {
                int until = Math.min(CHANGES, position + random.nextInt(15));
                for (; position < until; position++) {
                    ChangeRecord change = history.get(position);
                    writers[change.key().cell() % SUBTASKS].write(change, null);
                    if (random.nextInt(10) == 0) {
                        writers[random.nextInt(SUBTASKS)].flush(false);
                    }
                }
                checkpoint(writers, handedOver, position);
            }
            done = true;
        }

        private void removeLeftovers(Leftover leftover) throws IOException {
            boolean done = false;
            while (!done) {
                try {
                    target.openArea("job/sink").removeLeftovers(leftover);
                    done = true;
                } catch (MemoryTarget.Away e) {
                    done = false;
                }
            }
        }

        /** Some fail, after some of the writers have taken part: their stages go with the next. */
        private void checkpoint(StagingWriter[] writers, List<Stage> handedOver, int position) throws Exception {
            long id = ++checkpointIds;
            boolean fails = random.nextInt(4) == 0;
            for (StagingWriter writer : writers) {
                if (fails && random.nextBoolean()) {
                    continue;
                }
                writer.flush(false);
                handedOver.addAll(writer.prepareCommit());
                writer.snapshotState(id);
            }
            if (!fails) {
                last = new Checkpoint(id, position, List.copyOf(handedOver));
                commitAll(handedOver);
            }
        }

        private void commitAll(List<Stage> handedOver) throws Exception {
            commit(target, handedOver);
            handedOver.clear();
        }
    }
}
