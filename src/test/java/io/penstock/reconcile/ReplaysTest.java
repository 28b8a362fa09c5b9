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

import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Key;
import io.penstock.record.ReplayRequest;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.ReconcileSpec.Mode;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/** A dead letter comes back: exported only where nothing newer of its document was. */
class ReplaysTest {
    private static final ReconcileOptions SHORT_GRACE = ReconcileOptions.of(
            new ReconcileSpec(Mode.IMAGES, Duration.ofSeconds(1), new MemorySize(4 << 20)),
            Duration.ofSeconds(10),
            true,
            Revisions.NONE);

    private final Scene events = new Scene();

    private static List<ChangeRecord> emitted(OperatorScene scene) {
        return scene.instances.get(0).getOutput().stream()
                .filter(StreamRecord.class::isInstance)
                .map(record -> (ChangeRecord) ((StreamRecord<?>) record).getValue())
                .toList();
    }

    private static ChangeRecord last(OperatorScene scene) {
        List<ChangeRecord> all = emitted(scene);
        return all.get(all.size() - 1);
    }

    private static ReplayRequest replay(ChangeRecord change) {
        return new ReplayRequest(new DeadLetter("orders", change, Reason.INVALID, "121", "no", 3));
    }

    private static SnapshotRow row(int t, int epoch, String document) {
        return new SnapshotRow(NS, Key.of(bson(document)), Version.row(time(t)), time(t), epoch, bson(document));
    }

    private OperatorScene oneDocument() throws Exception {
        return OperatorScene.fresh()
                .arrive(events.event(Version.event(time(12)), Kind.INSERT, "{_id: 1}", "{_id: 1, a: 1}", null));
    }

    @Test
    void theNewestChangeGoesOutAgainForItsSinkAloneAndChangesNothing() throws Exception {
        try (OperatorScene scene = oneDocument()) {
            ChangeRecord refused = last(scene);
            scene.arrive(replay(refused)).arrive(replay(refused));
            for (ChangeRecord again : emitted(scene).subList(1, 3)) {
                assertThat(again.with(null)).isEqualTo(refused);
                assertThat(again.replay())
                        .isEqualTo(new ChangeRecord.Replay(
                                "orders", replay(refused).letter().id(), 3, false));
            }
            scene.arrive(events.updateEvent(Version.event(time(13)), "{_id: 1}", "{b: 2}"));
            assertThat(last(scene).document()).isEqualTo(bson("{_id: 1, a: 1, b: 2}"));
        }
    }

    @Test
    void behindANewerChangeItIsOnlyNoted() throws Exception {
        try (OperatorScene scene = oneDocument()) {
            ChangeRecord refused = last(scene);
            scene.arrive(events.updateEvent(Version.event(time(13)), "{_id: 1}", "{b: 2}"))
                    .arrive(replay(refused));
            assertThat(last(scene).replay().superseded()).isTrue();
        }
    }

    @Test
    void behindADeleteItIsOnlyNotedAlsoWhenTheTombstoneIsForgotten() throws Exception {
        try (OperatorScene scene = new OperatorScene(SHORT_GRACE, 1, null)) {
            scene.arrive(events.event(Version.event(time(12)), Kind.INSERT, "{_id: 1}", "{_id: 1, a: 1}", null));
            ChangeRecord refused = last(scene);
            scene.arrive(events.event(Version.event(time(13)), Kind.DELETE, "{_id: 1}", null, null));
            ChangeRecord deleted = last(scene);
            assertThat(last(scene.arrive(replay(refused))).replay().superseded())
                    .isTrue();
            assertThat(last(scene.arrive(replay(deleted))).replay().superseded())
                    .isFalse();
            scene.watermark(Duration.ofDays(2).toMillis());
            assertThat(last(scene.arrive(replay(refused))).replay().superseded())
                    .isTrue();
            assertThat(last(scene.arrive(replay(deleted))).replay().superseded())
                    .isFalse();
        }
    }

    @Test
    void aPassThatMetTheVeryDocumentIsNothingNewer() throws Exception {
        try (OperatorScene scene = oneDocument()) {
            ChangeRecord refused = last(scene);
            scene.arrive(row(20, 2, "{_id: 1, a: 1}")).arrive(replay(refused));
            assertThat(last(scene).replay().superseded()).isFalse();
            scene.arrive(row(30, 3, "{_id: 1, a: 2}")).arrive(replay(refused));
            assertThat(last(scene).replay().superseded()).isTrue();
        }
    }

    @Test
    void whatARollbackExportsAgainIsNewer() throws Exception {
        try (OperatorScene scene = oneDocument()) {
            ChangeRecord refused = last(scene);
            assertThat(Replays.of(
                                    replay(refused).letter(),
                                    new Meta(refused.version(), 1, refused.rowHash(), 1, null, false, false, false),
                                    1)
                            .replay()
                            .superseded())
                    .isTrue();
        }
    }

    @Test
    void aRowOfTheEpochsStartComesBackToo() throws Exception {
        try (OperatorScene scene = OperatorScene.fresh().arrive(row(T0, 1, "{_id: 1, a: 1}"))) {
            ChangeRecord refused = last(scene);
            assertThat(last(scene.arrive(replay(refused))).replay().superseded())
                    .isFalse();
            assertThat(last(scene).op()).isEqualTo(ChangeRecord.Op.READ);
        }
    }
}
