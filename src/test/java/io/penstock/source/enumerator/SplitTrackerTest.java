/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.SourceMessage.Summary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SplitTrackerTest {
    private static final long T0 = 1000L << 32;
    private static final Namespace ORDERS = Namespace.parse("shop.orders");

    private static byte[] bound(int id) {
        return new byte[] {(byte) (id >>> 16), (byte) (id >>> 8), (byte) id};
    }

    private static SplitTracker tracker(int splits) {
        SplitTracker tracker =
                new SplitTracker(List.of(SnapshotRange.whole(ORDERS, 1, T0, T0)), List.of(), Map.of(), 0);
        List<byte[]> bounds = new ArrayList<>();
        for (int i = 1; i < splits; i++) {
            bounds.add(bound(i));
        }
        tracker.cut(Cut.at(new UUID(0, 1), true, bounds, splits * 10L));
        return tracker;
    }

    private static Summary summary(SnapshotSplit split) {
        return new Summary(split.splitId(), "shop.orders", split.epochStart(), T0, 10);
    }

    @Test
    void splitsCoverTheRangeWithoutAGapOrAnOverlap() {
        SplitTracker tracker = tracker(4);
        byte[] behind = null;
        for (int i = 0; i < 4; i++) {
            SnapshotSplit split = tracker.next();
            assertThat(split.from()).isEqualTo(behind);
            behind = split.to();
        }
        assertThat(behind).isNull();
        assertThat(tracker.next()).isNull();
        assertThat(tracker.toCut()).isNull();
    }

    @Test
    void aPassIsCompleteWhenItsRangeIsCutOffAndEverySplitIsFinished() {
        SplitTracker tracker = tracker(2);
        SnapshotSplit first = tracker.next();
        tracker.finished(summary(first));
        assertThat(tracker.isComplete(T0)).isFalse();
        SnapshotSplit last = tracker.next();
        assertThat(tracker.isComplete(T0)).isFalse();
        tracker.finished(summary(last));
        assertThat(tracker.isComplete(T0)).isTrue();
        assertThat(tracker.done()).isEqualTo(2);
    }

    @Test
    void aFinishedSplitIsOpenAgainWhenAReaderRestoredIt() {
        SplitTracker tracker = tracker(1);
        SnapshotSplit split = tracker.next();
        tracker.finished(summary(split));
        tracker.reopen(summary(split));
        assertThat(tracker.isComplete(T0)).isFalse();
    }

    @Test
    void aSplitHandedOutAfterTheRestoredCheckpointIsHandedOutAnew() {
        SplitTracker tracker = tracker(1);
        SnapshotSplit split = tracker.next();
        tracker.finished(summary(split));
        tracker.handBack(split);
        assertThat(tracker.isComplete(T0)).isFalse();
        assertThat(tracker.next()).isEqualTo(split);
    }

    @Test
    void anEndToldTwiceCountsOnce() {
        SplitTracker tracker = tracker(1);
        SnapshotSplit split = tracker.next();
        assertThat(tracker.finished(summary(split))).isTrue();
        assertThat(tracker.finished(summary(split))).isFalse();
    }

    @Test
    void aCollectionThatIsGoneHasNoSplits() {
        SplitTracker tracker =
                new SplitTracker(List.of(SnapshotRange.whole(ORDERS, 1, T0, T0)), List.of(), Map.of(), 0);
        assertThat(tracker.toCut()).isNotNull();
        tracker.cut(Cut.gone(1));
        assertThat(tracker.next()).isNull();
        assertThat(tracker.isComplete(T0)).isTrue();
    }

    @Test
    void trap13TheCheckpointOfAHundredThousandSplitsStaysSmall() throws IOException {
        SplitTracker tracker = tracker(100_000);
        for (int i = 0; i < 50_000; i++) {
            tracker.finished(summary(tracker.next()));
        }
        EnumeratorState state = new EnumeratorState(
                true,
                null,
                0,
                Map.of(T0, T0),
                tracker.ranges(),
                tracker.ready(),
                tracker.open(),
                tracker.made(),
                Map.of(),
                Map.of(),
                null,
                List.of(),
                0);
        assertThat(EnumeratorStateSerializer.INSTANCE.serialize(state)).hasSizeLessThan(300);
        EnumeratorState read =
                EnumeratorStateSerializer.INSTANCE.deserialize(3, EnumeratorStateSerializer.INSTANCE.serialize(state));
        assertThat(read.ranges().get(0).from()).isEqualTo(bound(50_000));
        assertThat(new SplitTracker(read.ranges(), read.ready(), read.open(), read.made()).toCut())
                .as("the rest is cut again from there")
                .isNotNull();
    }
}
