/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.GeneratedChanges;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.FileUtils;

/** The writer of a files sink alone, one thread: the same changes in each format, a file finished every 100,000. */
public final class FormatsBench {
    /** As many changes as fall into a checkpoint. */
    private static final int FILE = 100_000;

    private FormatsBench() {}

    /** What one format cost. */
    public record Result(String format, double changesPerSecond, double bytesPerChange) {}

    /** Writes so many changes in each format, after a tenth of them to warm up. */
    public static List<Result> run(int changes) throws IOException {
        List<ChangeRecord> block = GeneratedChanges.of(FILE);
        List<Result> results = new ArrayList<>();
        for (FileFormat format : FileFormat.values()) {
            for (FileCompression compression : List.of(FileCompression.NONE, FileCompression.ZSTD)) {
                write(block, changes / 10, format, compression);
                results.add(write(block, changes, format, compression));
            }
        }
        return results;
    }

    /** By the thread's own time on the processor: others may be busy. */
    private static Result write(List<ChangeRecord> block, int changes, FileFormat format, FileCompression compression)
            throws IOException {
        java.nio.file.Path folder = Files.createTempDirectory("penstock-formats");
        WriterSettings settings = new WriterSettings(
                new Path(folder.toString()).makeQualified(LocalFileSystem.getSharedInstance()),
                format,
                compression,
                TableOptions.DERIVED,
                60_000,
                FilesTarget.MAX_OPEN_FILES,
                "aaaaaaaa",
                "bbbbbbbb",
                OptionalLong.empty(),
                0,
                0);
        long bytes = 0;
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (FilesWriter writer = new FilesWriter(
                settings,
                LocalFileSystem.getSharedInstance().createRecoverableWriter(),
                new UnregisteredMetricsGroup())) {
            for (int i = 1; i <= changes; i++) {
                writer.write(block.get(i % block.size()));
                if (i % FILE == 0 || i == changes) {
                    writer.endAll();
                    bytes += writer.takeSealed().stream()
                            .mapToLong(PendingFile::bytes)
                            .sum();
                }
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        String name = format.extension().substring(1) + compression.extension();
        return new Result(name, changes / seconds, (double) bytes / changes);
    }
}
