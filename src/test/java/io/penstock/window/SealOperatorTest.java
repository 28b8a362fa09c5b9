/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.RowHash;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.window.WindowOutput.Passed;
import io.penstock.window.WindowOutput.Sealed;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Digests and sealing in Flink's harness, with windows of one minute; times are seconds. */
class SealOperatorTest {
    private static final Namespace NS = Vectors.NS;
    private static final Namespace OTHER = new Namespace("other", "cities");
    private static final int MINUTE = 60;

    private SealScene scene;

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    private static long time(long second) {
        return second << 32 | 1;
    }

    private static ChangeRecord change(Namespace namespace, Op op, int id, long second, String value, String before) {
        byte[] key = Changes.bson("{\"_id\": " + id + "}");
        byte[] document = value == null ? null : document(id, value);
        Version version = op == Op.READ ? Version.row(time(second)) : Version.event(time(second));
        ChangeRecord change = Changes.of(op, namespace, key, version, document);
        return new ChangeRecord(
                op,
                namespace,
                change.key(),
                key,
                version,
                0,
                document,
                null,
                1,
                change.window(),
                change.shape(),
                change.exportVersion(),
                change.rowHash(),
                before == null ? null : RowHash.of(namespace, change.key(), document(id, before)));
    }

    private static byte[] document(int id, String value) {
        return Changes.bson("{\"_id\": " + id + ", \"v\": \"" + value + "\"}");
    }

    private static Artifact file(String name, long window) {
        return new Artifact("files", NS, window, "geo.cities/" + name, 1, 2, new byte[32], new byte[] {1});
    }

    private void begin(SealOptions options) throws Exception {
        scene = new SealScene(options, 2);
        scene.mark(PassMark.origin(time(0)));
        scene.mark(PassMark.begun(NS, 1, time(0)));
    }

    private List<String> lines() throws Exception {
        return scene.sealed().stream()
                .map(manifest -> manifest.namespace() + " " + manifest.window() + " " + manifest.kind() + " "
                        + manifest.documents() + " " + manifest.changes() + " "
                        + manifest.files().size())
                .toList();
    }

    @Test
    void windowsAreSealedByTheWatermarkAloneAndEmptyOnesToo() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.change(change(NS, Op.READ, 1, 0, "a", null), 0);
        scene.change(change(NS, Op.READ, 2, 70, "a", null), 1);
        scene.mark(PassMark.read(NS, 1, time(0), time(70)));
        scene.change(change(NS, Op.UPDATE, 1, 130, "b", "a"), 0);
        scene.change(change(NS, Op.DELETE, 2, 130, null, "a"), 1);
        scene.file(file("part-0", 0));
        scene.file(file("part-2", 2));
        scene.watermark(119_998);
        assertThat(lines()).isEmpty();

        scene.watermark(239_999);
        assertThat(lines())
                .containsExactly(
                        "geo.cities 1 baseline 2 {} 1",
                        "geo.cities 2 window 1 {r=0, c=0, u=1, d=1} 1",
                        "geo.cities 3 window 1 {r=0, c=0, u=0, d=0} 0");
        List<Manifest> sealed = scene.sealed();
        assertThat(sealed.get(0).previous()).isNull();
        assertThat(sealed.get(1).previous()).isEqualTo(sealed.get(0).manifestHash());
        assertThat(sealed.get(2).previous()).isEqualTo(sealed.get(1).manifestHash());
        assertThat(sealed.get(2).merkleRoot()).isEqualTo(sealed.get(1).merkleRoot());
        assertThat(scene.outputs().subList(0, 2)).allMatch(Passed.class::isInstance, "files at once");
        assertThat(scene.outputs().get(2)).isInstanceOf(Sealed.class);
    }

    @Test
    void theEndOfTheInputSealsNothing() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.change(change(NS, Op.READ, 1, 0, "a", null), 0);
        scene.mark(PassMark.read(NS, 1, time(0), time(0)));
        scene.watermark(Long.MAX_VALUE);
        assertThat(lines()).isEmpty();
    }

    @Test
    void aJobThatEndsWithItsSnapshotSealsItAsOfTheGreatestReadTime() throws Exception {
        begin(SealScene.options(MINUTE, true, 0));
        scene.change(change(NS, Op.READ, 1, 0, "a", null), 0);
        scene.mark(PassMark.read(NS, 1, time(0), time(130)));
        scene.file(file("part-0", 0));
        scene.watermark(200_000);
        assertThat(lines()).containsExactly("geo.cities 2 snapshot 1 {} 1");
        assertThat(scene.sealed().get(0).until()).isEqualTo("0000008200000001");
        scene.watermark(Long.MAX_VALUE);
        assertThat(lines()).hasSize(1);
    }

    @Test
    void aCollectionThatIsCreatedBeginsWithTheWindowOfItsFirstChange() throws Exception {
        begin(SealScene.options(MINUTE));
        Namespace created = new Namespace("geo", "rivers");
        scene.change(change(created, Op.CREATE, 1, 200, "a", null), 0);
        scene.watermark(239_999);
        assertThat(lines()).containsExactly("geo.rivers 3 window 1 {r=0, c=1, u=0, d=0} 0");
        assertThat(scene.sealed().get(0).previous()).isNull();
    }

    /** It was dropped at 90, after the stream had begun and before the collections were listed: what it held was never read. */
    @Test
    void aCollectionThatWasGoneBeforeItWasListedIsNoNewOne() throws Exception {
        begin(SealScene.options(MINUTE));
        Namespace gone = new Namespace("geo", "rivers");
        scene.change(change(gone, Op.CREATE, 1, 30, "a", null), 0);
        scene.change(change(gone, Op.DELETE, 1, 90, null, "a"), 0);
        scene.mark(PassMark.ended(gone, 1, time(90)));
        scene.watermark(179_999);
        assertThat(lines())
                .containsExactly("geo.rivers 1 baseline 0 {} 0", "geo.rivers 2 window 0 {r=0, c=0, u=0, d=0} 0");
    }

    /** Its first rows come at T = 130, the last are read at 190: windows 2 is not sealed, 3 is a baseline that follows 1. */
    @Test
    void aPassOfLaterLeavesTheWindowsOutInWhichItIsRead() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.change(change(NS, Op.READ, 1, 0, "a", null), 0);
        scene.mark(PassMark.read(NS, 1, time(0), time(0)));
        scene.watermark(119_999);
        scene.change(change(NS, Op.DELETE, 1, 130, null, "a"), 0);
        scene.mark(PassMark.ended(NS, 1, time(130)));
        scene.mark(PassMark.begun(NS, 2, time(130)));
        scene.change(change(NS, Op.READ, 5, 130, "a", null), 0);
        scene.change(change(NS, Op.READ, 6, 190, "a", null), 0);
        scene.mark(PassMark.read(NS, 2, time(130), time(190)));
        scene.watermark(299_999);
        assertThat(lines())
                .containsExactly(
                        "geo.cities 0 baseline 1 {} 0",
                        "geo.cities 1 window 1 {r=0, c=0, u=0, d=0} 0",
                        "geo.cities 3 baseline 2 {} 0",
                        "geo.cities 4 window 2 {r=0, c=0, u=0, d=0} 0");
        assertThat(scene.sealed().get(2).previous())
                .isEqualTo(scene.sealed().get(1).manifestHash());
        assertThat(scene.sealed().get(3).epoch()).isEqualTo(2);
    }

    @Test
    void aRestartAtAnotherParallelismSealsTheSame() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.change(change(NS, Op.READ, 1, 0, "a", null), 0);
        scene.mark(PassMark.read(NS, 1, time(0), time(0)));
        scene.file(file("part-0", 0));
        SealScene.Saved saved = scene.save(1);
        scene.change(change(NS, Op.UPDATE, 1, 61, "b", "a"), 1);
        scene.watermark(119_999);
        List<Manifest> before = scene.sealed();

        scene.restore(saved, 3);
        scene.change(change(NS, Op.UPDATE, 1, 61, "b", "a"), 2);
        scene.watermark(119_999);

        assertThat(before).hasSize(2);
        assertThat(scene.sealed()).isEqualTo(before);
    }

    @Test
    void aRollbackBeginsAGenerationThatNamesTheLastManifestBefore() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.mark(PassMark.read(NS, 1, time(0), time(0)));
        scene.watermark(59_999);
        Manifest first = scene.sealed().get(0);
        SealScene.Saved saved = scene.save(1);
        scene.close();
        scene = new SealScene(SealScene.options(MINUTE, false, 1), 1);
        scene.restore(saved, 1);
        scene.watermark(119_999);

        Manifest second = scene.sealed().get(0);
        assertThat(second.generation()).isEqualTo(first.generation() + 1);
        assertThat(second.previous()).isEqualTo(first.manifestHash());
        assertThat(second.window()).isEqualTo(1);
    }

    @Test
    void aJobThatIsOlderThanItsWindowsSealsNothing() throws Exception {
        scene = new SealScene(SealScene.options(MINUTE), 1);
        scene.change(change(NS, Op.UPDATE, 1, 0, "b", "a"), 0);
        scene.watermark(500_000);
        assertThat(lines()).isEmpty();
    }

    @Test
    void ofACollectionThatIsNoLongerExportedNothingIsClaimed() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.change(change(OTHER, Op.CREATE, 1, 0, "a", null), 0);
        scene.watermark(59_999);
        assertThat(lines()).isEmpty();
    }

    @Test
    void whatComesLateFailsTheJob() throws Exception {
        begin(SealScene.options(MINUTE));
        scene.mark(PassMark.read(NS, 1, time(0), time(0)));
        scene.watermark(119_999);
        ChangeRecord late = change(NS, Op.CREATE, 1, 61, "a", null);
        assertThatThrownBy(() -> {
                    scene.change(late, 0);
                    scene.watermark(119_999);
                })
                .hasMessageContaining("after window 1 was closed");
    }
}
