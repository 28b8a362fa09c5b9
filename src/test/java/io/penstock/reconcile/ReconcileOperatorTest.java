/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.NS;
import static io.penstock.reconcile.Scene.T0;
import static io.penstock.reconcile.Scene.bson;
import static io.penstock.reconcile.Scene.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What Flink adds to the rules: timestamps, timers, watermarks, state that survives and moves. */
class ReconcileOperatorTest {
    private final Scene events = new Scene();

    private static SnapshotRow row(int t, String document) {
        return new SnapshotRow(NS, Key.of(bson(document)), Version.row(time(t)), time(t), 1, bson(document));
    }

    private static SnapshotRow inexactRow(int from, int to, String document) {
        // An increment apart, so that a read within one second is inexact too.
        return new SnapshotRow(NS, Key.of(bson(document)), Version.row(time(to) + 1), time(from), 1, bson(document));
    }

    private ChangeEvent insert(int t, String document) {
        return events.event(Version.event(time(t)), Kind.INSERT, document, document, null);
    }

    private ChangeEvent replace(int t, String document) {
        return events.event(Version.event(time(t)), Kind.REPLACE, document, document, null);
    }

    private ChangeEvent update(int t, String key, String set) {
        return events.updateEvent(Version.event(time(t)), key, set);
    }

    private ChangeEvent delete(int t, String key) {
        return events.event(Version.event(time(t)), Kind.DELETE, key, null, null);
    }

    @Test
    void eachChangeCarriesTheTimestampOfItsOwnVersion() throws Exception {
        // update 12 - update 15 - row at 10 arrives and sets both free: their times are not the row's
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(update(12, "{_id: 1}", "{a: 2}"))
                    .arrive(update(15, "{_id: 1}", "{a: 5}"))
                    .arrive(row(T0, "{_id: 1, a: 0}"));
            assertThat(scene.shown())
                    .containsExactly(
                            "@10000 r 10~ {\"_id\": 1, \"a\": 0}",
                            "@12000 u 12 {\"_id\": 1, \"a\": 2}",
                            "@15000 u 15 {\"_id\": 1, \"a\": 5}");
        }
    }

    @Test
    void whatWaitsForAnEpochGoesOutBeforeTheWatermarkThatCompletesIt() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(replace(12, "{_id: 1}")).watermark(T0 * 1000L - 1);
            assertThat(scene.shown()).containsExactly("W 9999");
            scene.watermark(20_000);
            assertThat(scene.shown()).containsExactly("W 9999", "@12000 c 12 {\"_id\": 1}", "W 20000");
        }
    }

    @Test
    void anInexactRowGoesOutOnceTheStreamHasPassedIt() throws Exception {
        // read from 12, noted at 14; update 13 may or may not be in it; the stream's token stands in second 14 when the
        // epoch is complete
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(inexactRow(12, 14, "{_id: 1, a: 3}"))
                    .arrive(update(13, "{_id: 1}", "{a: 3}"))
                    .watermark(T0 * 1000L - 1)
                    .watermark(13_999);
            assertThat(scene.shown()).containsExactly("W 9999", "@14000 r 14~ {\"_id\": 1, \"a\": 3}", "W 13999");
        }
    }

    @Test
    void aDeleteInsideOfAnInexactReadIsNotLate() throws Exception {
        // read from 12, noted at 14, deleted at 13: the first watermark after the epoch must not pass 13 before the
        // delete goes out
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(inexactRow(12, 14, "{_id: 1}"))
                    .arrive(delete(13, "{_id: 1}"))
                    .watermark(T0 * 1000L - 1)
                    .watermark(13_999);
            assertThat(scene.shown()).containsExactly("W 9999", "@13000 d 13", "W 13999");
        }
    }

    @Test
    void norWhenAnotherEpochHoldsTheWatermarkInTheMiddleOfTheRead() throws Exception {
        // read from 12, noted at 20, deleted at 13; the epoch is complete, but another namespace's holds the watermark
        // below 16
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(inexactRow(12, 20, "{_id: 1}"))
                    .arrive(delete(13, "{_id: 1}"))
                    .watermark(15_999)
                    .watermark(30_000);
            assertThat(scene.shown()).containsExactly("@13000 d 13", "W 15999", "W 30000");
        }
    }

    @Test
    void anInexactReadWithinTheEpochsFirstSecondWaitsForTheWholeSecond() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(inexactRow(T0, T0, "{_id: 1}")).watermark(T0 * 1000L - 1);
            assertThat(scene.shown()).containsExactly("W 9999");
            scene.watermark(T0 * 1000L);
            assertThat(scene.shown()).containsExactly("W 9999", "@10000 r 10~ {\"_id\": 1}", "W 10000");
        }
    }

    @Test
    void aLateRowFailsTheJobRatherThanTheExport() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.watermark(T0 * 1000L);
            assertThatThrownBy(() -> scene.arrive(row(T0, "{_id: 1}"))).hasMessageContaining("late snapshot row");
        }
    }

    @Test
    void aRestartInTheMiddleChangesNothing() throws Exception {
        OperatorSubtaskState state;
        try (OperatorScene before = OperatorScene.fresh()) {
            before.arrive(update(12, "{_id: 1}", "{a: 2}"))
                    .arrive(row(T0, "{_id: 2, a: 0}"))
                    .arrive(delete(13, "{_id: 3}"));
            state = before.snapshot();
        }
        try (OperatorScene after = new OperatorScene(Scene.images(), 1, state)) {
            after.arrive(row(T0, "{_id: 2, a: 0}"))
                    .arrive(row(T0, "{_id: 1, a: 0}"))
                    .arrive(update(14, "{_id: 2}", "{a: 4}"))
                    .watermark(20_000);
            assertThat(after.shown())
                    .containsExactly(
                            "@10000 r 10~ {\"_id\": 1, \"a\": 0}",
                            "@12000 u 12 {\"_id\": 1, \"a\": 2}",
                            "@14000 u 14 {\"_id\": 2, \"a\": 4}",
                            "@13000 d 13",
                            "W 20000");
        }
    }

    @Test
    void stateAndTimersMoveWithTheirCellsWhenTheParallelismChanges() throws Exception {
        OperatorSubtaskState state;
        try (OperatorScene one = OperatorScene.fresh()) {
            for (int id = 0; id < 50; id++) {
                one.arrive(row(T0, "{_id: " + id + ", a: 0}"));
                one.arrive(delete(12, "{_id: " + (100 + id) + "}"));
            }
            one.arrive(new Floor(NS, Key.of(bson("{_id: 7}")).cell(), Version.event(time(12)), 1));
            state = one.snapshot();
        }
        try (OperatorScene two = new OperatorScene(Scene.images(), 2, state)) {
            for (int id = 0; id < 50; id++) {
                two.arrive(id == 7 ? row(11, "{_id: 7}") : update(14, "{_id: " + id + "}", "{a: 1}"));
            }
            two.watermark(20_000);
            // 49 updates on restored images, 50 deletes set free by restored timers; the restored floor keeps the row
            // of 7 out.
            assertThat(two.shown())
                    .filteredOn(shown -> shown.startsWith("@14000 u 14"))
                    .hasSize(49);
            assertThat(two.shown())
                    .filteredOn(shown -> shown.equals("@12000 d 12"))
                    .hasSize(50);
            assertThat(two.shown()).hasSize(49 + 50 + 2);
            assertThat(two.instances)
                    .allSatisfy(instance -> assertThat(instance.getOutput()).hasSizeGreaterThan(10));
        }
    }

    @Test
    void aFloorDeletesItsCellAtItsOwnTimeAndKeepsEarlierRecordsOut() throws Exception {
        int cell = Key.of(bson("{_id: 7}")).cell();
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(row(T0, "{_id: 7, a: 0}"))
                    .arrive(row(T0, "{_id: 8, a: 0}"))
                    .arrive(new Floor(NS, cell, Version.event(time(15)), 1))
                    .arrive(row(14, "{_id: 7, a: 1}"))
                    .arrive(insert(16, "{_id: 7, again: true}"))
                    .arrive(update(17, "{_id: 8}", "{a: 1}"));
            assertThat(scene.shown())
                    .containsExactly(
                            "@10000 r 10~ {\"_id\": 7, \"a\": 0}",
                            "@10000 r 10~ {\"_id\": 8, \"a\": 0}",
                            "@15000 d 15",
                            "@16000 c 16 {\"_id\": 7, \"again\": true}",
                            "@17000 u 17 {\"_id\": 8, \"a\": 1}");
        }
    }

    @Test
    void theRestOfATransactionMayStillCarryTheWatermarksSecond() throws Exception {
        // The token of a transaction's first events carries their time, and 20 more are to come: the watermark is a
        // millisecond less.
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.watermark(T0 * 1000L)
                    .arrive(insert(12, "{_id: 1}"))
                    .watermark(11_999)
                    .arrive(events.updateEvent(
                            Version.inTransaction(time(12) + 1, new byte[] {1}), "{_id: 1}", "{a: 1}"))
                    .arrive(events.updateEvent(
                            Version.inTransaction(time(12) + 1, new byte[] {2}), "{_id: 1}", "{a: 2}"));
            assertThat(scene.shown())
                    .containsExactly(
                            "W 10000",
                            "@12000 c 12 {\"_id\": 1}",
                            "W 11999",
                            "@12000 u 12 {\"_id\": 1, \"a\": 1}",
                            "@12000 u 12 {\"_id\": 1, \"a\": 2}");
        }
    }

    @Test
    void theEndOfABoundedJobSetsFreeWhatWaits() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(inexactRow(12, 14, "{_id: 1}"))
                    .arrive(delete(12, "{_id: 2}"))
                    .watermark(Long.MAX_VALUE);
            assertThat(scene.shown())
                    .containsExactlyInAnyOrder("@14000 r 14~ {\"_id\": 1}", "@12000 d 12", "W " + Long.MAX_VALUE);
        }
    }

    @Test
    void aFloorIsForgottenAfterTheGraceAsWell() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(new Floor(NS, 7, Version.event(time(15)), 1));
            assertThat(scene.instances.get(0).numKeyedStateEntries()).isOne();
            scene.watermark(15_000 + 2 * 3_600_000);
            assertThat(scene.instances.get(0).numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void tombstonesAreForgottenAfterTheirGraceOfClusterTime() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(row(T0, "{_id: 1}")).arrive(delete(12, "{_id: 1}"));
            var instance = scene.instances.get(0);
            assertThat(instance.numKeyedStateEntries()).isPositive();
            scene.watermark(12_000 + 3_600_000);
            assertThat(instance.numKeyedStateEntries()).isPositive();
            scene.watermark(12_000 + 2 * 3_600_000);
            assertThat(instance.numKeyedStateEntries()).isZero();
            assertThat(instance.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void noTombstoneExpiresWhileARowOfItsEpochMayStillCome() throws Exception {
        // insert 11 - delete 12 - hours pass in the stream, but the watermark is held below 10 - row at 10 arrives
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(insert(11, "{_id: 1}"))
                    .arrive(delete(12, "{_id: 1}"))
                    .watermark(T0 * 1000L - 1)
                    .arrive(insert(40_000, "{_id: 2}"))
                    .arrive(row(T0, "{_id: 1, ghost: true}"));
            assertThat(scene.shown())
                    .containsExactly(
                            "@11000 c 11 {\"_id\": 1}", "@12000 d 12", "W 9999", "@40000000 c 40000 {\"_id\": 2}");
        }
    }

    @Test
    void aKeyThatComesBackKeepsNoTombstone() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh()) {
            scene.arrive(insert(11, "{_id: 1}"))
                    .arrive(delete(12, "{_id: 1}"))
                    .arrive(insert(13, "{_id: 1}"))
                    .watermark(100 * 3_600_000L)
                    .arrive(update(400_000, "{_id: 1}", "{a: 1}"));
            assertThat(scene.shown()).last().isEqualTo("@400000000 u 400000 {\"_id\": 1, \"a\": 1}");
        }
    }

    @Test
    void everyCounterHasANameOfItsOwnAndASentence() {
        assertThat(Count.values()).extracting(Count::metric).doesNotHaveDuplicates();
        assertThat(Count.values())
                .allSatisfy(count -> assertThat(count.meaning()).endsWith("."));
    }

    private static GhostSweep lost(int t, String document) {
        return new GhostSweep(NS, Key.of(bson(document)).cell(), Version.row(time(t)), 2);
    }

    @Test
    void ghostsGoOutBeforeTheWatermarkThatCompletesThePassAlsoAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (OperatorScene before = OperatorScene.fresh()) {
            before.arrive(row(T0, "{_id: 1}"))
                    .arrive(row(T0, "{_id: 2}"))
                    .arrive(lost(30, "{_id: 1}"))
                    .arrive(lost(30, "{_id: 2}"));
            state = before.snapshot();
        }
        try (OperatorScene after = new OperatorScene(Scene.images(), 1, state)) {
            after.arrive(row(30, "{_id: 2}")).watermark(29_999);
            assertThat(after.shown()).containsExactly("W 29999");
            after.watermark(35_000).watermark(60_000);
            assertThat(after.shown()).containsExactly("W 29999", "@30000 d 30~", "W 35000", "W 60000");
        }
    }

    @Test
    void ofACollectionThatLeftTheJobMeanwhileNothingIsDeleted() throws Exception {
        OperatorSubtaskState state;
        try (OperatorScene before = OperatorScene.fresh()) {
            before.arrive(row(T0, "{_id: 1}")).arrive(lost(30, "{_id: 1}"));
            state = before.snapshot();
        }
        try (OperatorScene after = new OperatorScene(Scene.images(), List.of(), 1, state)) {
            after.watermark(35_000);
            assertThat(after.shown()).containsExactly("W 35000");
        }
    }
}
