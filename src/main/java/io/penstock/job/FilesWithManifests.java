/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.reconcile.ExportVersion;
import io.penstock.reconcile.Reconcile;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.files.FilesCommittable;
import io.penstock.sink.files.FilesSink;
import io.penstock.sink.files.PendingFile;
import io.penstock.sink.files.PendingLetter;
import io.penstock.spec.CollectionSelector;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.Secret;
import io.penstock.spec.StartupSpec.Mode;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataOptions;
import io.penstock.window.Artifact;
import io.penstock.window.SealOptions;
import io.penstock.window.SealOptions.SigningKey;
import io.penstock.window.WindowOutput;
import io.penstock.window.WindowOutput.Passed;
import io.penstock.window.WindowOutput.Receipted;
import io.penstock.window.WindowOutput.Rooted;
import io.penstock.window.WindowOutput.Sealed;
import io.penstock.window.Windows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The files sinks, and the manifests between their writers and committers.
 *
 * <pre>
 *   changes ──► writer ── files, watermark ──► windows ── files, manifests ──► committer
 *      └──────► digests ── sums, watermark ──────┘
 * </pre>
 */
final class FilesWithManifests {
    private FilesWithManifests() {}

    /**
     * Adds the files sinks of a job file, if it has any, and what seals windows: for them, or for a metadata store alone.
     *
     * @param delivered where the changes of sinks lie that know it only afterwards
     * @return what a metadata store keeps of it; empty when the job seals nothing
     */
    static Optional<DataStream<MetadataEntry>> add(
            SingleOutputStreamOperator<ChangeRecord> changes,
            Map<KafkaSinkSpec, DataStream<Delivery>> delivered,
            JobSpec spec,
            Life life,
            DeadLetterPolicy letters) {
        Map<FilesSinkSpec, FilesSink> sinks = new LinkedHashMap<>();
        Map<FilesSinkSpec, DataStream<FilesCommittable>> written = new LinkedHashMap<>();
        spec.sinks().forEach(sink -> {
            if (sink instanceof FilesSinkSpec files) {
                FilesSink target =
                        FilesSink.from(files, spec.name(), spec.windows().every(), life.fence(), letters);
                sinks.put(files, target);
                written.put(files, target.write(SinkCollections.of(changes, files), PenstockJob.uid(files)));
            }
        });
        boolean isKept = !sinks.isEmpty() || spec.metadata() != null;
        if (!isKept || !spec.windows().manifests() || !isWholeCollection(spec)) {
            sinks.forEach((files, sink) -> sink.commit(written.get(files), PenstockJob.uid(files)));
            return Optional.empty();
        }
        DataStream<Artifact> artifacts = null;
        for (FilesSinkSpec files : sinks.keySet()) {
            String uid = PenstockJob.uid(files) + ": announced";
            DataStream<Artifact> announced = written.get(files)
                    .map(committable -> artifact(files.name(), committable))
                    .returns(Artifact.TYPE)
                    .name(uid)
                    .uid(uid);
            artifacts = artifacts == null ? announced : artifacts.union(announced);
        }
        SealOptions options = options(spec, life);
        DataStream<WindowOutput> sealed =
                Windows.seal(changes, changes.getSideOutput(Reconcile.MARKS), artifacts, options);
        Map<String, DataStream<WindowOutput>> receipts = new LinkedHashMap<>();
        delivered.forEach((kafka, deliveries) -> receipts.put(
                kafka.name(), Windows.receipts(sealed, deliveries, kafka.name(), PenstockJob.uid(kafka), options)));
        sinks.forEach((files, sink) -> {
            DataStream<FilesCommittable> committables =
                    committables(sealed, files, sink, PenstockJob.uid(files) + ": sealed");
            for (Map.Entry<String, DataStream<WindowOutput>> ofSink : receipts.entrySet()) {
                String uid = PenstockJob.uid(files) + ": receipts of " + ofSink.getKey();
                committables = committables.union(committables(ofSink.getValue(), files, sink, uid));
            }
            sink.commit(committables, PenstockJob.uid(files));
        });
        return spec.metadata() == null ? Optional.empty() : Optional.of(MetadataEntries.of(sealed, receipts));
    }

    /** A job that begins with changes alone does not know what the collections hold, and has nothing to seal. */
    private static boolean isWholeCollection(JobSpec spec) {
        return spec.source().startup().mode().hasSnapshot();
    }

    private static SealOptions options(JobSpec spec, Life life) {
        List<CollectionSelector> selectors = new ArrayList<>(spec.source().collections());
        List<String> folders = new ArrayList<>();
        spec.sinks().forEach(sink -> {
            if (sink instanceof FilesSinkSpec files) {
                folders.add(files.path());
            }
        });
        return new SealOptions(
                spec.windows().every(),
                ExportVersion.of(spec.reconcile().mode(), spec.windows().every()),
                spec.reconcile().mode().name().toLowerCase(Locale.ROOT),
                spec.source().startup().mode() == Mode.SNAPSHOT_ONLY,
                life.rollbacks().size(),
                life.recovery() == null ? 0 : life.recovery().time(),
                life.token(),
                namespace -> selectors.stream().anyMatch(selector -> selector.matches(namespace)),
                new TargetGenerations(folders, MetadataOptions.of(spec).orElse(null)),
                signingKey(spec.windows().signingKey()));
    }

    private static SigningKey signingKey(Secret key) {
        return key == null ? null : () -> pem(key.reveal());
    }

    /** Does not say what the text is: it may be a key that was cut off. */
    private static String pem(String keyOrPath) {
        if (keyOrPath.contains("-----BEGIN")) {
            return keyOrPath;
        }
        try {
            return Files.readString(Path.of(keyOrPath.strip()));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "windows.signing-key is neither a private key in PEM nor the path of a file that can be read here");
        }
    }

    private static Artifact artifact(String sink, FilesCommittable committable) throws IOException {
        if (committable instanceof PendingLetter letter) {
            return Artifact.ofLetter(
                    sink, letter.namespace(), letter.window(), letter.missing(), FilesSink.bytes(letter));
        }
        PendingFile file = (PendingFile) committable;
        return new Artifact(
                sink,
                file.namespace(),
                file.window(),
                FilesSink.relativePath(file),
                file.rows(),
                file.bytes(),
                file.sha256(),
                FilesSink.bytes(file));
    }

    private static DataStream<FilesCommittable> committables(
            DataStream<WindowOutput> outputs, FilesSinkSpec files, FilesSink sink, String uid) {
        return outputs.flatMap(committables(files.name(), sink))
                .returns(FilesCommittable.TYPE)
                .name(uid)
                .uid(uid)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    private static FlatMapFunction<WindowOutput, FilesCommittable> committables(String sinkName, FilesSink sink) {
        return (output, out) -> {
            if (output instanceof Sealed sealed) {
                out.collect(sink.manifest(
                        sealed.generation(),
                        sealed.namespace(),
                        sealed.window(),
                        sealed.last(),
                        sealed.replaced(),
                        sealed.json()));
            } else if (output instanceof Rooted root) {
                out.collect(sink.root(root.generation(), root.window(), root.last(), root.replaced(), root.json()));
            } else if (output instanceof Receipted receipt) {
                out.collect(sink.receipt(
                        receipt.generation(), receipt.namespace(), receipt.window(), receipt.sink(), receipt.json()));
            } else if (((Passed) output).artifact().sink().equals(sinkName)) {
                out.collect(FilesSink.file(((Passed) output).artifact().committable()));
            }
        };
    }
}
