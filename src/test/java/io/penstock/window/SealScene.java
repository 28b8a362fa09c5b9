/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.RowHash;
import io.penstock.window.WindowInput.Announced;
import io.penstock.window.WindowInput.Marked;
import io.penstock.window.WindowOutput.Rooted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** Several digest operators and the sealing one, in Flink's harness: what they are given, their checkpoints, and what is sealed. */
public final class SealScene implements AutoCloseable {
    public static final int GENERATION = 7;

    private SealOptions options;
    private final List<OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput>> digests = new ArrayList<>();
    private KeyedOneInputStreamOperatorTestHarness<String, WindowInput, WindowOutput> seal;
    private final List<WindowOutput> outputs = new ArrayList<>();

    /** What a checkpoint holds, and how much was sealed before it. */
    public record Saved(OperatorSubtaskState digests, OperatorSubtaskState seal, int outputs) {}

    /** With some digest subtasks, from the beginning. */
    public SealScene(SealOptions options, int subtasks) throws Exception {
        this.options = options;
        open(subtasks, null);
    }

    /** Windows of so many seconds. */
    public static SealOptions options(int seconds) {
        return options(seconds, false, 0);
    }

    public static SealOptions options(int seconds, boolean bounded, int rollbacks) {
        return new SealOptions(
                Duration.ofSeconds(seconds),
                "5f1d2c3b4a596877",
                "images",
                bounded,
                rollbacks,
                0,
                3,
                namespace -> !namespace.startsWith("other."),
                atLeast -> Math.max(atLeast, GENERATION),
                null);
    }

    /** Signed with a key. */
    public static SealOptions signed(int seconds, String pem) {
        SealOptions options = options(seconds);
        return new SealOptions(
                options.every(),
                options.exportVersion(),
                options.exactness(),
                false,
                0,
                0,
                3,
                options.isExported(),
                options.generations(),
                () -> pem);
    }

    /** After a rollback, over an export that is there. */
    public static SealOptions rolledBack(int seconds, SealOptions.Generations generations) {
        SealOptions options = options(seconds);
        return new SealOptions(
                options.every(),
                options.exportVersion(),
                options.exactness(),
                false,
                1,
                0,
                4,
                options.isExported(),
                generations,
                null);
    }

    /** Of a life that has lost the checkpoints, over an export that is there. */
    public static SealOptions checkpointsLost(int seconds, SealOptions.Generations generations, long lostAt) {
        SealOptions options = options(seconds);
        return new SealOptions(
                options.every(),
                options.exportVersion(),
                options.exactness(),
                false,
                1,
                lostAt,
                4,
                options.isExported(),
                generations,
                null);
    }

    private void open(int subtasks, Saved saved) throws Exception {
        for (int i = 0; i < subtasks; i++) {
            OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput> digest =
                    new OneInputStreamOperatorTestHarness<>(
                            new DigestOperator(WindowLength.of(options.every())), 128, subtasks, i);
            digest.setup(WindowInputSerializer.INSTANCE);
            if (saved != null) {
                digest.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        saved.digests(),
                        128,
                        saved.digests().getManagedOperatorState().size(),
                        subtasks,
                        i));
            }
            digest.open();
            digests.add(digest);
        }
        seal = new KeyedOneInputStreamOperatorTestHarness<>(
                new SealOperator(options), input -> input.namespace().toString(), Types.STRING, 1, 1, 0);
        seal.setup(WindowOutputSerializer.INSTANCE);
        if (saved != null) {
            seal.initializeState(saved.seal());
        }
        seal.open();
    }

    /** A change, by one of the subtasks. */
    public void change(ChangeRecord change, int subtask) throws Exception {
        digests.get(subtask % digests.size())
                .processElement(new StreamRecord<>(change, change.version().timestamp()));
        forward();
    }

    public void mark(PassMark mark) throws Exception {
        seal.processElement(new StreamRecord<>(new Marked(mark), mark.version().timestamp()));
        collect();
    }

    /** A file of a sink. */
    public void file(Artifact artifact) throws Exception {
        seal.processElement(new StreamRecord<>(new Announced(artifact)));
        collect();
    }

    /** The watermark of all. */
    public void watermark(long millis) throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput> digest : digests) {
            digest.processWatermark(millis);
        }
        forward();
        seal.processWatermark(millis);
        collect();
    }

    private void forward() throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput> digest : digests) {
            for (WindowInput input : digest.extractOutputValues()) {
                seal.processElement(new StreamRecord<>(input));
            }
            digest.getOutput().clear();
        }
        collect();
    }

    private void collect() {
        outputs.addAll(seal.extractOutputValues());
        seal.getOutput().clear();
    }

    /** A checkpoint. */
    public Saved save(long checkpoint) throws Exception {
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput> digest : digests) {
            states.add(digest.snapshot(checkpoint, checkpoint));
        }
        barrier();
        OperatorSubtaskState all =
                AbstractStreamOperatorTestHarness.repackageState(states.toArray(OperatorSubtaskState[]::new));
        return new Saved(all, seal.snapshot(checkpoint, checkpoint), outputs.size());
    }

    /** Starts again from a checkpoint, with another number of subtasks. */
    public void restore(Saved saved, int subtasks) throws Exception {
        close();
        digests.clear();
        outputs.subList(Math.min(saved.outputs(), outputs.size()), outputs.size())
                .clear();
        open(subtasks, saved);
    }

    /** Writes manifests and roots as a committer does at the end of a checkpoint. */
    public void write(Path export) throws Exception {
        barrier();
        for (WindowOutput output : outputs) {
            if (output instanceof Sealed sealed) {
                write(
                        export.resolve("manifests/" + sealed.generation() + "/" + sealed.namespace()),
                        sealed.window(),
                        sealed.last(),
                        sealed.replaced(),
                        sealed.json());
            } else if (output instanceof Rooted root) {
                write(
                        export.resolve("manifests/" + root.generation() + "/roots"),
                        root.window(),
                        root.last(),
                        root.replaced(),
                        root.json());
            }
        }
    }

    private static void write(Path folder, long window, long last, long replaced, byte[] json) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name(window, last)), json);
        if (replaced >= window) {
            Files.deleteIfExists(folder.resolve(name(window, replaced)));
        }
    }

    private static String name(long window, long last) {
        return (last == window ? "" + window : window + "-" + last) + ".json";
    }

    /** What is handed over before each checkpoint. */
    public void barrier() throws Exception {
        seal.prepareSnapshotPreBarrier(0);
        collect();
    }

    /** Starts again from a checkpoint, as another life of the job; what was handed over before is not kept. */
    public void restore(Saved saved, SealOptions nextLife) throws Exception {
        options = nextLife;
        restore(saved, 1);
        outputs.clear();
    }

    /** Everything that was handed to the committers. */
    public List<WindowOutput> outputs() {
        return outputs;
    }

    /** What was sealed, in order, as far as a checkpoint now would complete it. */
    public List<Manifest> sealed() throws Exception {
        barrier();
        List<Manifest> manifests = new ArrayList<>();
        for (WindowOutput output : outputs) {
            if (output instanceof Sealed sealed) {
                // What was stored of a stretch before is in what came in its place.
                manifests.removeIf(manifest -> sealed.replaced() >= sealed.window()
                        && manifest.generation() == sealed.generation()
                        && manifest.namespace().equals(sealed.namespace().toString())
                        && manifest.window() >= sealed.window());
                manifests.addAll(Manifest.all(sealed.json()));
            }
        }
        return manifests;
    }

    /** What a manifest must say of a collection: {@code documents digest root}. */
    public static String digestOf(Namespace namespace, Map<Key, byte[]> documents) {
        Buckets buckets = new Buckets();
        documents.forEach((key, document) -> buckets.add(key.bucket(), RowHash.of(namespace, key, document)));
        return buckets.total() + " " + HexFormat.of().formatHex(buckets.root());
    }

    /** What a manifest says. */
    public static String digestOf(Manifest manifest) {
        return manifest.documents() + ":" + manifest.digest() + " " + manifest.merkleRoot();
    }

    /** A receipt for a manifest. */
    public static byte[] receipt(byte[] manifest, String sink, List<Delivery> deliveries) throws IOException {
        return ReceiptText.write(Manifest.read(manifest), sink, deliveries, null);
    }

    /** The content hashes by namespace and window. */
    static Map<String, String> contents(List<Manifest> manifests) {
        Map<String, String> contents = new TreeMap<>();
        manifests.forEach(
                manifest -> contents.put(manifest.namespace() + " " + manifest.window(), manifest.contentHash()));
        return contents;
    }

    @Override
    public void close() throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangeRecord, WindowInput> digest : digests) {
            digest.close();
        }
        seal.close();
    }
}
