/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private static final int KEYS = 5;

    @Test
    void withoutARollbackItIsNought() {
        assertThat(Revisions.NONE.of(Version.event(7))).isZero();
        assertThat(Revisions.after(List.of())).isEqualTo(Revisions.NONE);
    }

    @Test
    void itCountsTheRollbacksAtTheVersionsTimeOrLater() {
        Revisions revisions = Revisions.after(List.of(10L, 20L, 20L));
        assertThat(revisions.of(Version.event(9))).isEqualTo(3);
        assertThat(revisions.of(Version.event(10))).isEqualTo(3);
        assertThat(revisions.of(Version.row(10))).isEqualTo(3);
        assertThat(revisions.of(Version.event(11))).isEqualTo(2);
        assertThat(revisions.of(Version.inTransaction(20, new byte[] {1}))).isEqualTo(2);
        assertThat(revisions.of(Version.event(21))).isZero();
    }

    @Test
    void timesAreUnsigned() {
        long late = 0xF000000000000000L;
        assertThat(Revisions.after(List.of(5L, late)).of(Version.event(6))).isEqualTo(1);
        assertThat(Revisions.after(List.of(5L)).of(Version.event(late))).isZero();
    }

    @Test
    void rollbacksThatGoBackInTimeAreRefused() {
        assertThatThrownBy(() -> Revisions.after(List.of(2L, 1L))).hasMessageContaining("back in time");
    }

    /**
     * Any sequence of writing, exporting, checkpoints and rollbacks to any of them. The source's time at a rollback is at least that of all
     * that was exported; it may be the very time of the last change.
     */
    @Property(tries = 500)
    void nothingIsExportedTwiceAndTheGreatestIsTheCurrentDocument(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int steps) {
        Random random = new Random(seed);
        Exports exports = new Exports();
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> exports.write(random);
                case 3, 4 -> exports.export(random.nextInt(4));
                case 5 -> exports.checkpoint();
                default -> exports.rollBack(random);
            }
        }
        exports.export(Integer.MAX_VALUE);
        assertThat(exports.doubled).isZero();
        assertThat(exports.newest()).isEqualTo(exports.collection());
    }

    /** A source, a job that exports its changes in order, and what consumers have seen. */
    private static final class Exports {
        private record Change(int key, Version version, String document) {}

        private record Seen(int key, Version version, int revision) {}

        private final List<Change> source = new ArrayList<>();
        private final Map<Integer, Seen> greatest = new HashMap<>();
        private final Map<Seen, String> seen = new HashMap<>();
        private final List<Integer> checkpoints = new ArrayList<>(List.of(0));
        private final List<Long> rollbacks = new ArrayList<>();
        private final Set<Seen> all = new HashSet<>();
        private Revisions revisions = Revisions.NONE;
        private long time = 1;
        private int position;
        private int doubled;

        void write(Random random) {
            time += random.nextInt(3); // None: another change of one transaction, or of another shard.
            Version version =
                    Version.inTransaction(time, new byte[] {(byte) (source.size() >> 8), (byte) source.size()});
            source.add(new Change(random.nextInt(KEYS), version, "document " + source.size()));
        }

        void export(int most) {
            for (int i = 0; i < most && position < source.size(); i++) {
                Change change = source.get(position++);
                Seen exported = new Seen(change.key(), change.version(), revisions.of(change.version()));
                doubled += all.add(exported) ? 0 : 1;
                seen.put(exported, change.document());
                greatest.merge(change.key(), exported, (one, other) -> {
                    int byVersion = one.version().compareTo(other.version());
                    boolean newer = byVersion < 0 || (byVersion == 0 && one.revision() < other.revision());
                    return newer ? other : one;
                });
            }
        }

        void checkpoint() {
            checkpoints.add(position);
        }

        void rollBack(Random random) {
            position = checkpoints.get(random.nextInt(checkpoints.size()));
            checkpoints.removeIf(later -> later > position);
            rollbacks.add(time);
            revisions = Revisions.after(rollbacks);
        }

        Map<Integer, String> newest() {
            Map<Integer, String> newest = new HashMap<>();
            greatest.forEach((key, change) -> newest.put(key, seen.get(change)));
            return newest;
        }

        Map<Integer, String> collection() {
            Map<Integer, String> collection = new HashMap<>();
            source.forEach(change -> collection.put(change.key(), change.document()));
            return collection;
        }
    }
}
