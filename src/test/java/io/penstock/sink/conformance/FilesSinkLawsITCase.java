/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.RowHash;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.FilesCommittable;
import io.penstock.sink.files.FilesInParts;
import io.penstock.sink.files.FilesSink;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.FilesSinkSpec.Compression;
import io.penstock.spec.FilesSinkSpec.Format;
import io.penstock.spec.UnfitPolicy;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.junit.jupiter.api.io.TempDir;

/** The laws of sinks, for files of every format: each job writes all of them. */
class FilesSinkLawsITCase extends JournalConformance {
    private static final Map<Format, Compression> FORMATS = new LinkedHashMap<>();

    static {
        FORMATS.put(Format.NDJSON, Compression.GZIP);
        FORMATS.put(Format.BSON, Compression.ZSTD);
        FORMATS.put(Format.PARQUET, Compression.ZSTD);
    }

    /** The jobs of a test in the order in which they were seen, by what names of files tell. */
    private final List<String> runs = new ArrayList<>();

    @TempDir
    private Path exports;

    @Override
    protected void attach(DataStream<ChangeRecord> changes, Fate fate) {
        FORMATS.forEach((format, compression) -> {
            String name = format.name().toLowerCase(java.util.Locale.ROOT);
            FilesSinkSpec spec = new FilesSinkSpec(
                    name, List.of(), export(format), format, compression, List.of(), UnfitPolicy.TEXT);
            FilesSink sink = FilesSink.from(spec, "laws", Duration.ofMinutes(1), Fence.none(), DeadLetterPolicy.NONE);
            DataStream<FilesCommittable> written = sink.write(fate.beforeWriter(changes), name);
            FilesInParts.commit(fate.ofCommits(sink), fate.afterWriter(written), name);
        });
    }

    private String export(Format format) {
        return exports.resolve(format.name()).toString();
    }

    @Override
    protected List<String> places() {
        return FORMATS.keySet().stream().map(this::export).toList();
    }

    /** The row hash of each is that of the document that was read. */
    @Override
    protected List<Arrival> arrivals(String export) throws IOException {
        List<Arrival> found = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : inOrder(ExportReader.files(export))) {
            ExportReader.read(file, change -> {
                if (change.document() != null) {
                    assertThat(change.rowHash())
                            .isEqualTo(RowHash.of(change.namespace(), change.key(), change.document()));
                }
                found.add(Arrival.of(change));
            });
        }
        return found;
    }

    /** As they were written: by job, checkpoint, and the count of their writer. Of one key one writer has all in a checkpoint. */
    private List<org.apache.flink.core.fs.Path> inOrder(List<org.apache.flink.core.fs.Path> files) {
        files.stream()
                .map(file -> part(file, 3))
                .filter(run -> !runs.contains(run))
                .distinct()
                .forEach(runs::add);
        return files.stream()
                .sorted(Comparator.<org.apache.flink.core.fs.Path>comparingInt(file -> runs.indexOf(part(file, 3)))
                        .thenComparingLong(file -> Long.parseLong(part(file, 5)))
                        .thenComparingLong(file -> Long.parseLong(part(file, 7))))
                .toList();
    }

    /** {@code part-<window>-<job>-<run>-<attempt>-<checkpoint>-<writer>-<count>}, counted from 0 on. */
    private static String part(org.apache.flink.core.fs.Path file, int number) {
        return file.getName().split("[-.]")[number];
    }

    @Override
    protected void assertNothingIsHidden() throws IOException {
        try (Stream<Path> files = Files.walk(exports)) {
            assertThat(files.filter(file -> file.getFileName().toString().matches("[._].*")))
                    .as("files that are not committed")
                    .isEmpty();
        }
    }
}
