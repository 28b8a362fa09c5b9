/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.FilesSink;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.FileUtils;

/** Files of one format, beside the same bytes written into as many files, each synced to the disk as those of the sink are. */
final class FilesComparison implements Comparison {
    private static final int PIECE = 64 * 1024;

    private final String format;
    private final Path export;
    private final Path kept;

    FilesComparison(String format, Path folder) {
        this.format = format;
        this.export = folder.resolve("export");
        this.kept = folder.resolve("kept");
    }

    @Override
    public String section() {
        return "{type: files, format: %s, path: \"%s\"}".formatted(format, export);
    }

    @Override
    public void attach(DataStream<ChangeRecord> changes, JobSpec spec) {
        FilesSink sink = FilesSink.from(
                (FilesSinkSpec) spec.sinks().get(0),
                spec.name(),
                spec.windows().every(),
                Fence.none(),
                DeadLetterPolicy.NONE);
        sink.commit(sink.write(changes, "files"), "files");
    }

    @Override
    public void clear() throws IOException {
        FileUtils.deleteDirectory(export.toFile());
        Files.createDirectories(export);
    }

    @Override
    public long visible() throws IOException {
        AtomicLong changes = new AtomicLong();
        ExportReader.read(export.toString(), change -> changes.incrementAndGet());
        return changes.get();
    }

    @Override
    public long keep() throws IOException {
        FileUtils.deleteDirectory(kept.toFile());
        Files.move(export, kept, StandardCopyOption.ATOMIC_MOVE);
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : ExportReader.files(kept.toString())) {
            files.add(Path.of(file.toUri().getPath()));
        }
        return files;
    }

    @Override
    public Map<String, Client> clients() {
        return Map.of("file channel", this::write);
    }

    private long write() throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            Files.createDirectories(export.resolve(kept.relativize(file)).getParent());
        }
        long start = System.nanoTime();
        for (Path file : files) {
            copy(file, export.resolve(kept.relativize(file)));
        }
        return System.nanoTime() - start;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            MappedByteBuffer bytes = in.map(MapMode.READ_ONLY, 0, in.size());
            for (int at = 0; at < bytes.limit(); at += PIECE) {
                ByteBuffer piece = bytes.slice(at, Math.min(PIECE, bytes.limit() - at));
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
            out.force(true);
        }
    }

    @Override
    public void close() {}
}
