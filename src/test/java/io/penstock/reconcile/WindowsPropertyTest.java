/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.reconcile.History.Traits;
import io.penstock.reconcile.Interleaving.Reads;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.PassMark;
import io.penstock.window.Manifest;
import io.penstock.window.SealScene;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * For any history, any way in which it is read, and any windows: the digest at a window's end is that of the collection then, computed
 * from scratch; from the baseline on, for every window; and what two runs seal behind the later of their baselines is equal.
 */
class WindowsPropertyTest {
    private static final int OPERATIONS = 40;
    private static final int RUNS_A_SEED = 3;

    @Test
    void theDigestAtAWindowsEndIsThatOfTheCollectionThen() throws Exception {
        int windows = 0;
        for (long seed = 0; seed < Integer.getInteger("penstock.seeds", 5) * RUNS_A_SEED; seed++) {
            Random random = new Random(seed);
            Traits traits = List.of(Traits.PLAIN, Traits.TRANSACTIONS, new Traits(true, false, false, true))
                    .get(random.nextInt(3));
            Reads reads = traits.drop() ? Reads.AT_START : Reads.values()[random.nextInt(3)];
            int seconds = 1 + random.nextInt(12);
            History history = new History(seed, traits, OPERATIONS);
            List<Manifest> first =
                    seal(history, new Interleaving(history, seed, reads, Scene.images(), false), seconds, seed);
            List<Manifest> second = seal(
                    history, new Interleaving(history, ~seed, Reads.AT_START, Scene.images(), false), seconds, ~seed);
            for (Manifest manifest : first) {
                assertThat(SealScene.digestOf(manifest))
                        .as("seed %d, windows of %d s, window %d", seed, seconds, manifest.window())
                        .isEqualTo(SealScene.digestOf(Scene.NS, at(history, (manifest.window() + 1) * seconds)));
                windows++;
            }
            assertThat(behind(first, second)).as("seed %d", seed).isEqualTo(behind(second, first));
            assertSealedWithoutAGap(first);
        }
        assertThat(windows).isGreaterThan(RUNS_A_SEED * 5);
    }

    private static void assertSealedWithoutAGap(List<Manifest> manifests) {
        for (int i = 0; i < manifests.size(); i++) {
            assertThat(manifests.get(i).kind()).isEqualTo(i == 0 ? "baseline" : "window");
            assertThat(manifests.get(i).window()).isEqualTo(manifests.get(0).window() + i);
        }
    }

    /** The contents of one run that lie behind both baselines. */
    private static Map<Long, String> behind(List<Manifest> run, List<Manifest> other) {
        long from = Math.max(run.get(0).window(), other.get(0).window());
        Map<Long, String> contents = new TreeMap<>();
        run.stream()
                .filter(manifest -> manifest.window() > from)
                .forEach(manifest -> contents.put(manifest.window(), manifest.contentHash()));
        return contents;
    }

    /** The changes in the order of a run, by any number of subtasks, with restarts at other numbers of them. */
    private static List<Manifest> seal(History history, Interleaving run, int seconds, long seed) throws Exception {
        Random random = new Random(seed);
        List<ChangeRecord> changes = run.run().changes;
        long end = ((history.lastTime() >>> 32) + 2 * seconds) * 1000;
        try (SealScene scene = new SealScene(SealScene.options(seconds), 1 + random.nextInt(3))) {
            scene.mark(PassMark.origin(History.T0));
            scene.mark(PassMark.begun(Scene.NS, 1, History.T0));
            SealScene.Saved saved = scene.save(1);
            int restarted = 0;
            for (int i = 0; i < changes.size(); i++) {
                scene.change(inWindow(changes.get(i), seconds), random.nextInt(3));
                if (restarted < 2 && random.nextInt(20) == 0) {
                    scene.restore(saved, 1 + random.nextInt(3));
                    i = -1;
                    restarted++;
                }
            }
            saved = scene.save(2);
            scene.mark(PassMark.read(Scene.NS, 1, History.T0, run.greatestRead));
            scene.watermark(random.nextInt((int) end));
            scene.restore(saved, 1 + random.nextInt(3));
            scene.mark(PassMark.read(Scene.NS, 1, History.T0, run.greatestRead));
            scene.watermark(random.nextInt((int) end));
            scene.watermark(end);
            return scene.sealed();
        }
    }

    private static ChangeRecord inWindow(ChangeRecord change, int seconds) {
        return new ChangeRecord(
                change.op(),
                change.namespace(),
                change.key(),
                change.documentKey(),
                change.version(),
                change.revision(),
                change.document(),
                change.before(),
                change.epoch(),
                Math.floorDiv(change.version().timestamp(), seconds * 1000L),
                change.shape(),
                change.exportVersion(),
                change.rowHash(),
                change.previousRowHash());
    }

    private static Map<Key, byte[]> at(History history, long endSecond) {
        Map<Key, byte[]> documents = new HashMap<>();
        history.at(Math.max(History.T0, (endSecond << 32) - 1))
                .forEach((key, document) -> documents.put(key, Scene.bson(document)));
        return documents;
    }
}
