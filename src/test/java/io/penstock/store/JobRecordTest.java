/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.A;
import static io.penstock.store.Records.ANN;
import static io.penstock.store.Records.B;
import static io.penstock.store.Records.BOB;
import static io.penstock.store.Records.first;
import static io.penstock.store.Records.onCluster;
import static io.penstock.store.Records.start;
import static io.penstock.store.Records.startFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.store.JobRecord.Desired;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobRecordTest {
    private static final long TIME = 0x6553F13C00000001L;

    @Test
    void eachStartHasTheNextToken() {
        JobRecord second = first().paused(Optional.of("s1"), ANN).started(startFrom(B, "s1"), BOB);
        assertThat(first().token()).isEqualTo(1);
        assertThat(second.token()).isEqualTo(2);
        assertThat(second.desired()).isEqualTo(Desired.RUNNING);
        assertThat(second.flinkJob()).isEqualTo(B);
        assertThat(second.startedFrom()).contains("s1");
        assertThat(second.savepoint())
                .as("what it was stopped with is behind it")
                .isEmpty();
        assertThat(second.by()).isEqualTo(BOB.by());
    }

    @Test
    void aRunningJobIsNotStartedAgain() {
        assertThatThrownBy(() -> first().started(start(B), BOB))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessage(
                        "cannot start orders: it is running (started by process 7 on ann, since 2026-11-23T03:00:00Z);"
                                + " pause it there, or take it over, first");
        assertThatThrownBy(() -> JobRecord.first("orders", onCluster(A), ANN).forgotten(BOB))
                .hasMessageContaining("on the Flink cluster at http://flink:8081");
    }

    @Test
    void takingOverEndsTheOldLifesTokenBeforeAnybodyLooksForItsCheckpoints() {
        JobRecord taken = first().takenOver(BOB);
        assertThat(taken.token()).isEqualTo(2);
        assertThat(taken.flinkJob()).as("whose checkpoints count").isEqualTo(A);
        assertThat(taken.desired()).isEqualTo(Desired.PAUSED);
        assertThat(taken.started(start(B), BOB).token()).isEqualTo(3);
        assertThatThrownBy(() -> taken.takenOver(BOB)).hasMessageContaining("it is not running, it is paused since");
    }

    @Test
    void aPauseRemembersItsSavepoint() {
        JobRecord paused = first().paused(Optional.of("file:/s1"), BOB);
        assertThat(paused.token()).isEqualTo(1);
        assertThat(paused.savepoint()).contains("file:/s1");
        assertThatThrownBy(() -> paused.paused(Optional.empty(), BOB))
                .hasMessage("cannot pause orders: it is not running, it is paused since 2026-11-23T04:00:00Z");
    }

    @Test
    void aRollbackAddsItsTimeAndNamesWhereTheNextLifeBegins() {
        JobRecord back = first().takenOver(BOB).rolledBack(TIME, "file:/s0", BOB);
        assertThat(back.rollbacks()).containsExactly(TIME);
        assertThat(back.savepoint()).contains("file:/s0");
        assertThat(back.started(startFrom(B, "file:/s0"), BOB).rollbacks()).containsExactly(TIME);
        JobRecord twice = back.rolledBack(-1, "file:/s0", BOB);
        assertThat(twice.rollbacks()).as("times are unsigned").containsExactly(TIME, -1L);
        assertThatThrownBy(() -> twice.rolledBack(TIME, "file:/s0", BOB))
                .hasMessageContaining("the source's time is before that of the last rollback");
    }

    @Test
    void aJobWithoutItsCheckpointsBeginsWithNoneAndExportsWithAHigherRevision() {
        JobRecord stopped = first().paused(Optional.of("file:/s1"), BOB).started(startFrom(B, "file:/s1"), BOB);
        assertThatThrownBy(() -> stopped.checkpointsLost(TIME, BOB)).hasMessageContaining("it is running");
        JobRecord lost = stopped.takenOver(BOB).checkpointsLost(TIME, BOB);
        assertThat(lost.rollbacks()).containsExactly(TIME);
        assertThat(lost.savepoint()).isEmpty();
        assertThat(lost.startedFrom()).isEmpty();
        JobRecord next = lost.started(start(A), BOB);
        assertThat(next.token()).isGreaterThan(stopped.token() + 1);
        assertThat(next.rollbacks()).containsExactly(TIME);
        assertThatThrownBy(() -> lost.checkpointsLost(TIME - 1, BOB))
                .hasMessageContaining("is before that of the last rollback");
    }

    @Test
    void aRunningJobIsNotRolledBack() {
        assertThatThrownBy(() -> first().rolledBack(TIME, "s", BOB)).hasMessageStartingWith("cannot roll back orders");
    }

    @Test
    void aFinishedJobBeginsAnewOrNotAtAll() {
        JobRecord finished = first().takenOver(ANN)
                .rolledBack(TIME, "s", ANN)
                .started(start(A), ANN)
                .finished(ANN);
        assertThatThrownBy(() -> finished.started(start(B), BOB)).hasMessageContaining("it is finished");
        assertThatThrownBy(() -> finished.cancelled(BOB)).hasMessageContaining("it is finished");
        JobRecord forgotten = finished.forgotten(BOB);
        assertThat(forgotten.rollbacks()).isEmpty();
        assertThat(forgotten.savepoint()).isEmpty();
        assertThat(forgotten.startedFrom()).isEmpty();
        assertThat(forgotten.started(start(B), BOB).token())
                .as("tokens are never used twice")
                .isEqualTo(4);
        assertThat(finished.startedAnew(start(B), BOB)).isEqualTo(forgotten.started(start(B), BOB));
    }

    @Test
    void aCancelledJobKeepsWhereItGotTo() {
        JobRecord cancelled = first().paused(Optional.of("s"), ANN).cancelled(BOB);
        assertThat(cancelled.savepoint()).contains("s");
        assertThatThrownBy(() -> cancelled.cancelled(BOB)).hasMessageContaining("cancelled already");
        assertThat(cancelled.started(startFrom(B, "s"), BOB).desired()).isEqualTo(Desired.RUNNING);
    }

    @Test
    void anAddressWithALoginIsNotKept() {
        assertThatThrownBy(
                        () -> new JobRecord.Start(A, Optional.empty(), "", Optional.of("http://u:secret@flink:8081")))
                .hasMessageContaining("holds a login")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whatIsNoFlinkJobIsRefused() {
        assertThatThrownBy(() -> JobRecord.first("orders", start("x"), ANN)).hasMessageContaining("32 hex digits");
    }
}
