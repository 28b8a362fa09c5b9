/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.bson;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.reconcile.History.Traits;
import io.penstock.reconcile.Interleaving.Reads;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.RowHash;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * The promise itself, for any history, any split of the collection into ranges, any interleaving, any records that come twice and any
 * restarts. Every run also checks that no change is late, that no key's versions go backwards, and that each change names the row hash
 * exported before it.
 */
class ReconcilerPropertyTest {
    private static final int OPERATIONS = 40;
    private static final int RUNS_A_SEED = 40;

    @Test
    void withRowsReadAtTheStartTheChangelogIsTheSameKeyByKey() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.TRANSACTIONS, OPERATIONS);
            Interleaving run = new Interleaving(history, seed, Reads.AT_START, Scene.images(), false);
            assertThat(byKey(checked(run.run(), history))).isEqualTo(history.expected);
            assertThat(run.scene.lookups).isEmpty();
        });
    }

    @Test
    void withRowsReadAtTheirOwnTimesItIsTheSameAfterTheGreatest() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.TRANSACTIONS, OPERATIONS);
            Interleaving run = new Interleaving(history, seed, Reads.AT_OWN_TIMES, Scene.images(), false);
            Scene scene = checked(run.run(), history);
            assertThat(after(byKey(scene), run.greatestRead)).isEqualTo(after(history.expected, run.greatestRead));
        });
    }

    @Test
    void withInexactRowsItIsTheSameAfterTheGreatest() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.TRANSACTIONS, OPERATIONS);
            Interleaving run = new Interleaving(history, seed, Reads.INEXACT, Scene.images(), false);
            Scene scene = checked(run.run(), history);
            assertThat(after(byKey(scene), run.greatestRead)).isEqualTo(after(history.expected, run.greatestRead));
        });
    }

    /** Ambiguous names, lookups, a dropped and re-created collection: still a function of the history alone. */
    @Test
    void whateverTheHistoryHoldsTheInterleavingDoesNotMatter() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.EVERYTHING, OPERATIONS);
            for (ReconcileOptions options : List.of(Scene.images(), Scene.versions())) {
                Scene plain = checked(Interleaving.plain(history, options), history);
                Interleaving run = new Interleaving(history, seed, Reads.AT_START, options, false);
                assertThat(byKey(checked(run.run(), history))).isEqualTo(byKey(plain));
            }
        });
    }

    @Test
    void withoutTransactionsVersionsModeWithLookupsIsAsExactAsImages() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.PLAIN, OPERATIONS);
            Interleaving run = new Interleaving(history, seed, Reads.AT_START, Scene.versions(), false);
            assertThat(withoutBefore(byKey(checked(run.run(), history)))).isEqualTo(withoutBefore(history.expected));
        });
    }

    @Test
    void withPostImagesVersionsModeLooksNothingUp() {
        forSeeds(seed -> {
            History history = new History(seed, new Traits(true, true, true, false), OPERATIONS);
            Interleaving run = new Interleaving(history, seed, Reads.AT_START, Scene.versions(), false);
            assertThat(withoutBefore(byKey(checked(run.run(), history)))).isEqualTo(withoutBefore(history.expected));
            assertThat(run.scene.lookups).isEmpty();
        });
    }

    /** What does not fit is fetched at its own time, so the same changes come out. */
    @Test
    void theLimitOfWhatWaitsDoesNotShow() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.PLAIN, OPERATIONS);
            ReconcileOptions options = Scene.options(Mode.IMAGES, 64);
            Interleaving run = new Interleaving(history, seed, Reads.AT_START, options, false);
            assertThat(byKey(checked(run.run(), history))).isEqualTo(history.expected);
        });
    }

    /** Documents are fetched late, rows are read anywhere: the changes differ, the end does not. */
    @Test
    void evenWhenHistoryIsGoneTheEndEqualsTheCollection() {
        forSeeds(seed -> {
            History history = new History(seed, new Traits(true, true, false, false), OPERATIONS);
            for (ReconcileOptions options : List.of(Scene.images(), Scene.versions())) {
                for (Reads reads : Reads.values()) {
                    checked(new Interleaving(history, seed, reads, options, true).run(), history);
                }
            }
        });
    }

    /**
     * Up to three gaps, anywhere, also while a pass is under way: the end equals the collection, no key's versions go backwards (both are
     * checked of every run), and of what happens behind the last gap nothing is missing.
     */
    @Test
    void whateverStretchesAreLostNothingBehindThemIs() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.TRANSACTIONS, OPERATIONS);
            for (ReconcileOptions options : List.of(Scene.images(), Scene.versions())) {
                for (Reads reads : Reads.values()) {
                    LostHistory run = new LostHistory(history, seed, reads, options, 1 + (int) (seed % 3));
                    checked(run.run(), history);
                }
            }
            LostHistory run = new LostHistory(history, seed, Reads.AT_START, Scene.images(), 1 + (int) (seed % 3));
            Scene scene = run.run();
            long from = run.greatestRead();
            assertThat(after(byKey(scene), from)).isEqualTo(after(history.expected, from));
            assertThat(scene.lookups).isEmpty();
        });
    }

    @Test
    void norWhenTheCollectionIsDroppedBeforeInOrBehindAGap() {
        forSeeds(seed -> {
            History history = new History(seed, Traits.EVERYTHING, OPERATIONS);
            for (ReconcileOptions options : List.of(Scene.images(), Scene.versions())) {
                for (Reads reads : Reads.values()) {
                    LostHistory run = new LostHistory(history, seed, reads, options, 1 + (int) (seed % 3));
                    checked(run.run(), history);
                }
            }
        });
    }

    private static void forSeeds(LongConsumer property) {
        int seeds = Integer.getInteger("penstock.seeds", 5) * RUNS_A_SEED;
        for (long seed = 0; seed < seeds; seed++) {
            try {
                property.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static Map<Key, List<String>> byKey(Scene scene) {
        return Interleaving.byKey(scene);
    }

    private static Map<Key, List<String>> after(Map<Key, List<String>> changes, long clusterTime) {
        Map<Key, List<String>> after = new HashMap<>();
        changes.forEach((key, lines) -> {
            List<String> rest = lines.stream()
                    .filter(line -> History.versionOf(line).compareTo(Version.row(clusterTime)) > 0)
                    .toList();
            if (!rest.isEmpty()) {
                after.put(key, rest);
            }
        });
        return after;
    }

    private static Map<Key, List<String>> withoutBefore(Map<Key, List<String>> changes) {
        Map<Key, List<String>> without = new HashMap<>();
        changes.forEach((key, lines) -> without.put(
                key,
                lines.stream()
                        .map(line -> line.replaceFirst("} [-{].* -> ", "} -> "))
                        .toList()));
        return without;
    }

    /** What holds of every run. */
    private static Scene checked(Scene scene, History history) {
        Map<Key, ChangeRecord> last = new HashMap<>();
        for (ChangeRecord change : scene.changes) {
            ChangeRecord previous = last.put(change.key(), change);
            if (previous != null) {
                assertThat(change.version()).isGreaterThan(previous.version());
            }
            byte[] hash = previous == null ? null : previous.rowHash();
            assertThat(change.previousRowHash()).isEqualTo(hash);
            if (change.document() != null) {
                assertThat(change.rowHash()).isEqualTo(RowHash.of(Scene.NS, change.key(), change.document()));
                assertThat(change.op().code() == 'c').isEqualTo(change.op().code() != 'r' && hash == null);
            }
        }
        Map<Key, String> exported = new HashMap<>();
        last.forEach((key, change) -> {
            if (change.document() != null) {
                exported.put(key, Scene.json(change.document()));
            }
        });
        Map<Key, String> collection = new HashMap<>();
        history.end().forEach((key, document) -> collection.put(key, Scene.json(bson(document))));
        assertThat(exported).isEqualTo(collection);
        assertThat(scene.states.values())
                .allMatch(state -> state.slots.isEmpty() && state.waiting() == null, "nothing waits at the end");
        return scene;
    }
}
