/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.A;
import static io.penstock.store.Records.ANN;
import static io.penstock.store.Records.B;
import static io.penstock.store.Records.first;
import static io.penstock.store.Records.start;
import static io.penstock.store.Records.startFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final String C = "c".repeat(32);

    @TempDir
    private Path state;

    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        checkpoints = Checkpoints.in(state.toString());
    }

    @Test
    void aJobThatNeverCompletedACheckpointHasNothingToContinueFrom() throws IOException {
        assertThat(checkpoints.latest(first())).isEmpty();
    }

    @Test
    void checkpointsAreLostWhenNothingIsLeftWhereverTheRecordLooks() throws IOException {
        Path from = complete("checkpoints/" + A + "/chk-3", 3);
        JobRecord second = first().paused(Optional.empty(), ANN).started(startFrom(B, from.toString()), ANN);
        Path stopped = complete("savepoints/" + B + "/savepoint-b", 9);
        JobRecord paused = second.paused(Optional.of(stopped.toString()), ANN);
        assertThat(checkpoints.areLost(paused)).isFalse();
        Files.delete(stopped.resolve("_metadata"));
        assertThat(checkpoints.areLost(paused))
                .as("where the life began is there")
                .isFalse();
        Files.delete(from.resolve("_metadata"));
        assertThat(checkpoints.areLost(paused)).isTrue();
        complete("checkpoints/" + B + "/chk-7", 7);
        assertThat(checkpoints.areLost(paused))
                .as("to go on from that would be a rollback")
                .isFalse();
    }

    @Test
    void theGreatestCompleteCheckpointOfTheLastLifeIsTheLatest() throws IOException {
        complete("checkpoints/" + A + "/chk-9", 9);
        Path tenth = complete("checkpoints/" + A + "/chk-10", 10);
        Files.createDirectories(state.resolve("checkpoints/" + A + "/chk-11")); // killed while it was written
        Files.createDirectories(state.resolve("checkpoints/" + A + "/shared"));
        complete("checkpoints/" + B + "/chk-99", 99); // of another life
        assertThat(latest(first())).contains(tenth);
    }

    @Test
    void aLifeThatEndedBeforeItsFirstCheckpointIsContinuedWhereItBegan() throws IOException {
        Path from = complete("checkpoints/" + A + "/chk-3", 3);
        JobRecord second = first().paused(Optional.empty(), ANN).started(startFrom(B, from.toString()), ANN);
        assertThat(latest(second)).contains(from);
    }

    @Test
    void theSavepointThatEndedALifeIsFoundAlsoWhenNobodyNotedIt() throws IOException {
        complete("checkpoints/" + A + "/chk-7", 7);
        Path savepoint = complete("savepoints/" + A + "/savepoint-a-1", 8);
        Files.createDirectories(state.resolve("savepoints/" + A + "/savepoint-a-2"));
        assertThat(latest(first())).contains(savepoint);
    }

    /** It was complete, a task failed before it ended, and Flink started the job again. */
    @Test
    void aSavepointWithWhichTheJobWasNotEndedAfterAllIsOlderThanWhatFollowed() throws IOException {
        complete("savepoints/" + A + "/savepoint-a-1", 8);
        Path later = complete("checkpoints/" + A + "/chk-9", 9);
        assertThat(latest(first())).contains(later);
    }

    @Test
    void whatTheRecordNamesCountsAndMustBeThere() throws IOException {
        complete("checkpoints/" + A + "/chk-7", 7);
        Path older = complete("savepoints/savepoint-x", 5);
        JobRecord back = first().takenOver(ANN).rolledBack(1, older.toUri().toString(), ANN);
        assertThat(latest(back)).contains(older);
        Files.delete(older.resolve("_metadata"));
        assertThatThrownBy(() -> checkpoints.latest(back))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("savepoint-x");
    }

    @Test
    void aStartKeepsWhatItBeginsFromAndRemovesWhatIsOlder() throws IOException {
        Path oldest = complete("checkpoints/" + A + "/chk-1", 1);
        Path superseded = ended("savepoints/" + A + "/savepoint-a-1", 2);
        Path from = ended("savepoints/" + B + "/savepoint-b-1", 4);
        Path mine = complete("checkpoints/" + C + "/chk-5", 5);
        JobRecord third = first().paused(Optional.empty(), ANN).started(startFrom(C, from.toString()), ANN);
        checkpoints.removeAllBut(third);
        assertThat(List.of(oldest, superseded))
                .allSatisfy(gone -> assertThat(gone).doesNotExist());
        assertThat(List.of(from, mine)).allSatisfy(kept -> assertThat(kept).exists());
        checkpoints.removeAll();
        assertThat(List.of(from, mine)).allSatisfy(gone -> assertThat(gone).doesNotExist());
        assertThat(latest(third.paused(Optional.empty(), ANN).started(start(A), ANN)))
                .isEmpty();
    }

    @Test
    void whatAnOperatorAskedForIsNeverRemoved() throws IOException {
        Path asked = complete("savepoints/" + A + "/savepoint-a-1", 1);
        Path elsewhere = ended("savepoints/savepoint-x", 2);
        Path unreadable = Files.createDirectories(state.resolve("savepoints/" + A + "/savepoint-a-2"));
        checkpoints.removeAll();
        assertThat(List.of(asked, elsewhere, unreadable))
                .allSatisfy(kept -> assertThat(kept).exists());
    }

    private Optional<Path> latest(JobRecord record) throws IOException {
        return checkpoints.latest(record).map(path -> Path.of(path.getPath()));
    }

    /** A checkpoint, or a savepoint of a job that went on. */
    private Path complete(String path, long number) throws IOException {
        return write(path, number, CheckpointProperties.forSavepoint(false, SavepointFormatType.NATIVE));
    }

    /** A savepoint with which a life was ended. */
    private Path ended(String path, long number) throws IOException {
        return write(path, number, CheckpointProperties.forSyncSavepoint(false, false, SavepointFormatType.NATIVE));
    }

    /** As Flink writes it. */
    private Path write(String path, long number, CheckpointProperties properties) throws IOException {
        Path checkpoint = Files.createDirectories(state.resolve(path));
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(checkpoint.resolve("_metadata")))) {
            org.apache.flink.runtime.checkpoint.Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(number, List.of(), List.of(), properties), out);
        }
        return checkpoint;
    }
}
