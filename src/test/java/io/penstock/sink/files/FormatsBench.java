/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.clusterTime;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.FileUtils;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** The writer of a files sink alone, one thread: the same changes in each format, a file finished every 100,000. */
public final class FormatsBench {
    /** As many changes as fall into a checkpoint. */
    private static final int FILE = 100_000;

    private static final List<String> NAMES = List.of("Ulm", "Zürich", "São Paulo", "Αθήνα", "Nagoya", "Springfield");

    private FormatsBench() {}

    /** What one format cost. */
    public record Result(String format, double changesPerSecond, double bytesPerChange) {}

    /** Writes so many changes in each format, after a tenth of them to warm up. */
    public static List<Result> run(int changes) throws IOException {
        List<ChangeRecord> block = block();
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

    /** Changes of documents of about 250 bytes with ten fields. */
    private static List<ChangeRecord> block() {
        Random random = new Random(1);
        List<ChangeRecord> block = new ArrayList<>();
        for (int n = 0; n < FILE; n++) {
            BsonDocument document = new BsonDocument("_id", new BsonInt32(n))
                    .append("name", new BsonString(NAMES.get(random.nextInt(NAMES.size()))))
                    .append("country", new BsonString(String.valueOf((char) ('A' + random.nextInt(26)))))
                    .append("population", new BsonInt32(random.nextInt(10_000_000)))
                    .append("elevation", new BsonDouble(random.nextInt(30_000) / 10.0))
                    .append("modified", new BsonDateTime(1_700_000_000_000L + random.nextInt()))
                    .append(
                            "location",
                            new BsonDocument("lat", new BsonDouble(random.nextDouble() * 180 - 90))
                                    .append("lon", new BsonDouble(random.nextDouble() * 360 - 180)))
                    .append("code", new BsonString(Long.toHexString(random.nextLong())))
                    .append("text", new BsonString("lorem ipsum dolor sit amet ".repeat(1 + random.nextInt(3))))
                    .append("active", org.bson.BsonBoolean.valueOf(random.nextBoolean()));
            block.add(Changes.of(
                    Op.UPDATE,
                    CITIES,
                    Changes.bson(new BsonDocument("_id", new BsonInt32(n))),
                    Version.event(clusterTime(1_700_000_000L + n / 100_000, n)),
                    Changes.bson(document)));
        }
        return block;
    }
}
