/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.record.Sha256;
import io.penstock.sink.FencedCommitter;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;

/**
 * Changes in files, exactly once, on any of Flink's file systems that has a recoverable writer (local, S3, HDFS). Files are hidden
 * while they are written, finished at each checkpoint and window end, and renamed by one committer once the checkpoint is complete; a reader
 * that skips hidden files sees every change once.
 *
 * <p>In two parts, so that what is written can be made known before it is committed: {@link #write} announces files in-band, among
 * watermarks; {@link #commit} takes them, with whatever came to be committed behind them, and commits the files of a checkpoint first.
 *
 * <p>For one key, the order of a file is the order of arrival; between files the greatest (version, revision) is the latest.
 */
public final class FilesSink
        implements Sink<FilesCommittable>,
                SupportsCommitter<FilesCommittable>,
                SupportsPreCommitTopology<FilesCommittable, FilesCommittable> {
    private static final long serialVersionUID = 1L;

    private final FilesTarget target;

    FilesSink(
            String sink,
            String path,
            FileFormat format,
            FileCompression compression,
            TableOptions table,
            String owner,
            Duration window,
            Fence fence,
            DeadLetterPolicy letters) {
        target = new FilesTarget(
                sink,
                path,
                format,
                compression,
                table,
                Sha256.hex(owner.getBytes(UTF_8), 8),
                window.toMillis(),
                fence,
                letters);
    }

    /**
     * The sink of a job file.
     *
     * @param job the job's name; with the sink's it tells this export's unfinished files from another's in the same folder
     * @param window the windows' length
     * @param fence of the life that this sink is part of
     * @param letters what becomes of changes that no file takes
     */
    public static FilesSink from(
            FilesSinkSpec spec, String job, Duration window, Fence fence, DeadLetterPolicy letters) {
        FileFormat format =
                switch (spec.format()) {
                    case NDJSON -> FileFormat.NDJSON;
                    case BSON -> FileFormat.BSON;
                    case PARQUET -> FileFormat.PARQUET;
                };
        FileCompression compression =
                switch (spec.compression()) {
                    case NONE -> FileCompression.NONE;
                    case GZIP -> FileCompression.GZIP;
                    case ZSTD -> FileCompression.ZSTD;
                };
        TableOptions table = new TableOptions(spec.columns(), spec.unfit());
        return new FilesSink(
                spec.name(), spec.path(), format, compression, table, job + '/' + spec.name(), window, fence, letters);
    }

    /**
     * Writes changes.
     *
     * @param name the sink's, of which its uid is made
     * @return each file once it is finished; those of a window before the watermark that ends it
     */
    public SingleOutputStreamOperator<FilesCommittable> write(DataStream<ChangeRecord> changes, String name) {
        String writer = name + ": writer";
        return changes.transform(writer, FilesCommittable.TYPE, new FilesWriterOperator(target))
                .uid(writer);
    }

    /**
     * Commits what was written. One subtask takes it all, in its order.
     *
     * @param name the sink's, which is its uid
     */
    public void commit(DataStream<FilesCommittable> written, String name) {
        commit(this, written, name);
    }

    static void commit(Sink<FilesCommittable> sink, DataStream<FilesCommittable> written, String name) {
        DataStream<FilesCommittable> all = written.global();
        // Several inputs with some under way in an unaligned checkpoint are not rescaled by Flink 1.20.3 (FLINK-38483).
        ((PartitionTransformation<?>) all.getTransformation()).getPartitioner().disableUnalignedCheckpoints();
        all.sinkTo(sink).name(name).uid(name).setParallelism(1);
    }

    /**
     * A manifest of a namespace, to be committed behind the files that it names.
     *
     * @param last the last window that it covers
     * @param replaced the last window of the one that it replaces; less than {@code window} when it replaces none
     */
    public PendingManifest manifest(
            int generation, Namespace namespace, long window, long last, long replaced, byte[] json)
            throws IOException {
        return pending(generation, NamespaceFolder.of(namespace), window, last, replaced, json);
    }

    /** A root, to be committed behind the manifests that it lists; of windows as those are. */
    public PendingManifest root(int generation, long window, long last, long replaced, byte[] json) throws IOException {
        return pending(generation, Manifests.ROOTS, window, last, replaced, json);
    }

    private PendingManifest pending(int generation, String folder, long window, long last, long replaced, byte[] json)
            throws IOException {
        Path root = target.root(FileSystem.get(new Path(target.path()).toUri()));
        String other = replaced < window
                ? null
                : Manifests.path(root, generation, folder, window, replaced).toString();
        return new PendingManifest(
                Manifests.path(root, generation, folder, window, last).toString(), json, other);
    }

    /** What is known of a manifest's window afterwards, of another sink. */
    public PendingManifest receipt(int generation, Namespace namespace, long window, String ofSink, byte[] json)
            throws IOException {
        Path root = target.root(FileSystem.get(new Path(target.path()).toUri()));
        return new PendingManifest(
                Receipts.path(root, generation, namespace, window, ofSink).toString(), json, null);
    }

    /** A file's form for whoever passes it on without looking into it. */
    public static byte[] bytes(FilesCommittable committable) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        FilesCommittableTypeSerializer.INSTANCE.serialize(committable, out);
        return out.getCopyOfBuffer();
    }

    /** The file of {@link #bytes}. */
    public static FilesCommittable file(byte[] bytes) throws IOException {
        return FilesCommittableTypeSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
    }

    /** A file's path below the sink's folder, with slashes. */
    public static String relativePath(PendingFile file) {
        Path path = new Path(file.path());
        return path.getParent().getName() + '/' + path.getName();
    }

    @Override
    public SinkWriter<FilesCommittable> createWriter(WriterInitContext context) {
        return new Collector();
    }

    /** Flink 1.20's deprecated form, which it still declares and does not call; later releases do not know it. */
    @SuppressWarnings({"MissingOverride", "deprecation"})
    public SinkWriter<FilesCommittable> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException("createWriter(WriterInitContext) is the one that is called");
    }

    @Override
    public Committer<FilesCommittable> createCommitter(CommitterInitContext context) {
        return new FencedCommitter<>(
                target.fence(),
                new FilesCommitter(
                        new SetAside(target.sink(), target.letters(), context.metricGroup()), context.metricGroup()));
    }

    /** All to the first committer: one place sees all files of a checkpoint. */
    @Override
    public DataStream<CommittableMessage<FilesCommittable>> addPreCommitTopology(
            DataStream<CommittableMessage<FilesCommittable>> committables) {
        return committables.global();
    }

    @Override
    public SimpleVersionedSerializer<FilesCommittable> getCommittableSerializer() {
        return new FilesCommittableSerializer();
    }

    @Override
    public SimpleVersionedSerializer<FilesCommittable> getWriteResultSerializer() {
        return new FilesCommittableSerializer();
    }

    /** Hands over, with each barrier, what has come since the last. */
    private static final class Collector implements CommittingSinkWriter<FilesCommittable, FilesCommittable> {
        private final List<FilesCommittable> collected = new ArrayList<>();

        @Override
        public void write(FilesCommittable committable, Context context) {
            collected.add(committable);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public Collection<FilesCommittable> prepareCommit() {
            List<FilesCommittable> all = List.copyOf(collected);
            collected.clear();
            return all;
        }

        @Override
        public void close() {}
    }
}
