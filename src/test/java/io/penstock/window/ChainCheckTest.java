/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.RowHash;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was sealed is found to agree with itself, whatever happened; windows of one second around one that lists all buckets. */
class ChainCheckTest {
    private static final Namespace NS = Vectors.NS;
    private static final long FULL = Content.FULL_EVERY;
    private static final int DOCUMENTS = 12;

    private static ChangeRecord change(Op op, int id, long second, byte[] document, byte[] previous) {
        byte[] key = Changes.bson("{\"_id\": " + id + "}");
        Version version = Version.event(Changes.clusterTime(second, 1 + id));
        ChangeRecord change = Changes.of(op, NS, key, version, document);
        return new ChangeRecord(
                op,
                NS,
                change.key(),
                key,
                version,
                0,
                document,
                null,
                1,
                second,
                change.shape(),
                change.exportVersion(),
                change.rowHash(),
                previous == null ? null : RowHash.of(NS, change.key(), previous));
    }

    /** A few documents that come and go, from some windows before the one that lists all buckets to some behind it. */
    private static List<Manifest> history(long seed, int perWindow) throws Exception {
        Random random = new Random(seed);
        Map<Integer, byte[]> documents = new HashMap<>();
        long origin = Changes.clusterTime(FULL - 5, 0);
        try (SealScene scene = new SealScene(SealScene.options(1), 1)) {
            scene.mark(PassMark.origin(origin));
            scene.mark(PassMark.begun(NS, 1, origin));
            scene.mark(PassMark.read(NS, 1, origin, origin));
            for (long second = FULL - 5; second < FULL + 8; second++) {
                for (int i = 0; i < perWindow; i++) {
                    int id = random.nextInt(DOCUMENTS);
                    byte[] previous = documents.remove(id);
                    if (previous == null || random.nextBoolean()) {
                        documents.put(id, Changes.bson("{\"_id\": " + id + ", \"v\": " + random.nextInt() + "}"));
                    }
                    byte[] document = documents.get(id);
                    Op op = document == null ? Op.DELETE : previous == null ? Op.CREATE : Op.UPDATE;
                    scene.change(change(op, id, second, document, previous), 0);
                }
            }
            scene.watermark((FULL + 7) * 1000 - 1);
            return scene.sealed();
        }
    }

    private static List<String> problems(List<Manifest> manifests) {
        ChainCheck check = new ChainCheck("files", null);
        manifests.forEach(manifest -> check.next(place(manifest.window()), manifest));
        return check.finish().problems().stream()
                .filter(problem -> problem.where().endsWith(".json"))
                .map(Problem::what)
                .toList();
    }

    private static Place place(long window) {
        return new Place(SealScene.GENERATION, NS.toString(), window, window, window + ".json");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aBucketThatEmptiedInAWindowThatListsAllBucketsIsNotMissed(long seed) throws Exception {
        List<Manifest> manifests = history(seed, 6);
        assertThat(manifests).hasSize(12);
        assertThat(problems(manifests)).as("seed %d", seed).isEmpty();
    }

    @Test
    void aWindowThatListsAllBucketsMayListNone() throws Exception {
        assertThat(problems(history(1, 0))).isEmpty();
    }

    @Test
    void aManifestThatIsMissingLeavesTheNumbersUncheckedUpToTheNextThatListsAllBuckets() throws Exception {
        List<Manifest> manifests = new ArrayList<>(history(7, 6));
        manifests.removeIf(manifest -> manifest.window() == FULL - 3);
        assertThat(problems(manifests)).singleElement().asString().contains("that of window 253 is missing");

        ChainCheck check = new ChainCheck("files", null);
        for (Manifest manifest : manifests) {
            Manifest otherwise = manifest.window() == FULL + 2 ? withOneDocumentMore(manifest) : manifest;
            check.next(place(manifest.window()), otherwise);
        }
        assertThat(check.finish().problems())
                .contains(new Problem("258.json", "its digest is not the sum of the buckets"));
    }

    private static Manifest withOneDocumentMore(Manifest manifest) {
        return new Manifest(
                manifest.namespace(),
                manifest.window(),
                manifest.last(),
                manifest.hashes(),
                manifest.kind(),
                manifest.from(),
                manifest.until(),
                manifest.documents() + 1,
                manifest.digest(),
                manifest.merkleRoot(),
                manifest.changes(),
                manifest.buckets(),
                manifest.exportVersion(),
                manifest.generation(),
                manifest.epoch(),
                manifest.previous(),
                manifest.contentHash(),
                manifest.manifestHash(),
                manifest.publicKey(),
                manifest.gaps(),
                manifest.checkpointsLost(),
                manifest.files());
    }
}
