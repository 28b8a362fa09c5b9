/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.ANN;
import static io.penstock.store.Records.B;
import static io.penstock.store.Records.BOB;
import static io.penstock.store.Records.first;
import static io.penstock.store.Records.onCluster;
import static io.penstock.store.Records.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTest {
    @TempDir
    private Path state;

    private JobRecords records;

    @BeforeEach
    void begin() throws IOException {
        records = JobRecords.in(state.toString());
        records.compareAndSet(JobRecords.NONE, first());
    }

    @Test
    void theLifeThatTheRecordNamesMayCommitAlsoWhileItIsBeingStopped() throws IOException {
        Fence fence = Fence.of(state.toString(), 1);
        fence.requireHeld();
        records.compareAndSet(1, first().paused(Optional.empty(), ANN));
        fence.requireHeld();
    }

    @Test
    void whoWasTakenOverIsToldByWhomAndEndsForGood() throws IOException {
        records.compareAndSet(1, first().takenOver(BOB).started(onCluster(B), BOB));
        assertThatThrownBy(() -> Fence.of(state.toString(), 1).requireHeld())
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("This run of orders has token 1, and the job's record has token 3")
                .hasMessageContaining("taken over by process 8 on bob at 2026-11-23T04:00:00Z")
                .hasMessageContaining("for the Flink cluster at http://flink:8081")
                .satisfies(lost -> assertThat(ThrowableClassifier.getThrowableType(lost))
                        .isEqualTo(ThrowableType.NonRecoverableError));
    }

    @Test
    void aRecordThatWasPutBackIsNoRightToCommit() {
        assertThatThrownBy(() -> Fence.of(state.toString(), 2).requireHeld())
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("an older record was put back");
    }

    @Test
    void whatCannotBeReadIsNoRightToCommitButMayPass(@TempDir Path other) {
        assertThatThrownBy(() -> Fence.of(other.toString(), 1).requireHeld())
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(LeaseLostException.class)
                .hasMessageContaining("there is no record of this job in");
    }

    @Test
    void itTravelsWithTheJobAndFindsTheRecordFromAnywhere() throws Exception {
        Fence there = InstantiationUtil.clone(Fence.of(state.toString(), 1));
        there.requireHeld();
        records.compareAndSet(1, first().paused(Optional.empty(), ANN).started(start(B), BOB));
        assertThatThrownBy(there::requireHeld).isInstanceOf(LeaseLostException.class);
        assertThat(Fence.of("data/orders/state", 1).toString()).contains("file:/");
    }

    @Test
    void aJobWithoutARecordIsNotFenced() throws Exception {
        Fence none = InstantiationUtil.clone(Fence.none());
        assertThatCode(none::requireHeld).doesNotThrowAnyException();
    }
}
