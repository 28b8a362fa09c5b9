/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.clusterTime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilesWriterTest {
    private static final int MAX_OPEN = 3;
    private static final long MINUTE = 28_333_333;

    @TempDir
    private Path folder;

    private final Map<String, Counter> counters = new HashMap<>();
    private final UnregisteredMetricsGroup metrics = new UnregisteredMetricsGroup() {
        @Override
        public Counter counter(String name) {
            return counters.computeIfAbsent(name, none -> super.counter(name));
        }
    };
    private final List<PendingFile> pending = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void nothing_is_visible_before_the_commit_and_everything_after_it(FileCompression compression) throws Exception {
        for (FileFormat format : FileFormat.values()) {
            try (FilesWriter writer = writer(format, compression, OptionalLong.empty())) {
                writer.write(change(CITIES, 1, 0));
                writer.write(change(CITIES, 1, 1));
                writer.endAll();
                pending.addAll(writer.takeSealed());
            }
        }
        assertThat(read()).isEmpty();
        assertThat(files())
                .hasSize(3)
                .allMatch(file -> file.getFileName().toString().startsWith(".part-"));

        commit();

        assertThat(read())
                .hasSize(6)
                .usingRecursiveFieldByFieldElementComparator()
                .contains(change(CITIES, 1, 1));
        assertThat(files())
                .hasSize(3)
                .allMatch(file -> file.getFileName().toString().startsWith("part-"));
    }

    @ParameterizedTest
    @EnumSource
    void a_pending_file_tells_rows_length_and_hash_of_the_file_as_it_is_stored(FileCompression compression)
            throws Exception {
        try (FilesWriter writer = writer(FileFormat.NDJSON, compression, OptionalLong.empty())) {
            for (int i = 0; i < 2000; i++) {
                writer.write(change(CITIES, 1, i));
            }
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }
        commit();

        PendingFile file = pending.get(0);
        byte[] stored = Files.readAllBytes(Path.of(java.net.URI.create(file.path())));
        assertThat(file.rows()).isEqualTo(2000);
        assertThat(file.bytes()).isEqualTo(stored.length).isGreaterThan(20_000);
        assertThat(file.sha256()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(stored));
        assertThat(counters.get("numRecordsSend").getCount()).isEqualTo(2000);
        assertThat(counters.get("numBytesSend").getCount()).isGreaterThan(400_000);
    }

    @Test
    void each_namespace_and_window_has_files_of_its_own() throws Exception {
        Namespace other = new Namespace("geo", "rivers");
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.write(change(other, 1, 1));
            writer.write(change(CITIES, 2, 2));
            writer.write(change(CITIES, 1, 3));
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }

        assertThat(pending)
                .extracting(PendingFile::namespace, PendingFile::window, PendingFile::rows)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(CITIES, MINUTE + 1, 2L),
                        org.assertj.core.groups.Tuple.tuple(CITIES, MINUTE + 2, 1L),
                        org.assertj.core.groups.Tuple.tuple(other, MINUTE + 1, 1L));
    }

    /** Timeline: a change of window 1, one of window 2; the watermark passes the end of window 1; another change of window 2. */
    @Test
    void a_windows_file_ends_when_the_watermark_passes_its_end() throws Exception {
        long end = (MINUTE + 2) * 60_000;
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.write(change(CITIES, 2, 1));

            writer.endWindows(end - 2);
            assertThat(counters.get("numRecordsSend").getCount()).isEqualTo(2);
            assertThat(writer.openFiles()).isEqualTo(2);

            writer.endWindows(end - 1);
            assertThat(writer.openFiles()).isEqualTo(1);

            writer.write(change(CITIES, 2, 2));
            writer.endAll();
            pending.addAll(writer.takeSealed());
            assertThat(pending).extracting(PendingFile::rows).containsExactly(1L, 2L);
            writer.endAll();
            assertThat(writer.takeSealed()).isEmpty();
        }
    }

    @Test
    void beyond_the_cap_the_least_recently_used_file_ends_and_a_further_part_begins() throws Exception {
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            for (int i = 0; i < 4 * MAX_OPEN; i++) {
                writer.write(change(CITIES, 1, 2 * i));
                writer.write(change(new Namespace("geo", "c" + i), 1, 2 * i + 1));
                assertThat(writer.openFiles()).isLessThanOrEqualTo(MAX_OPEN);
            }
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }

        assertThat(pending).filteredOn(file -> file.namespace().equals(CITIES)).hasSize(1);
        assertThat(pending).hasSize(1 + 4 * MAX_OPEN);
        commit();
        assertThat(read()).hasSize(8 * MAX_OPEN);
    }

    /** A restored checkpoint is committed again though its files may have their final names already. */
    @Test
    void committing_again_changes_nothing() throws Exception {
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }
        commit();
        List<Path> once = files();

        commit();

        assertThat(files()).isEqualTo(once);
        assertThat(read()).hasSize(1);
    }

    /** Flink's local file system would pass over it, and the changes would be lost without a word. */
    @Test
    void a_pending_file_that_is_gone_fails_the_commit() throws Exception {
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }
        Files.delete(files().get(0));

        assertThatThrownBy(this::commit)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "Files sink: cannot commit " + pending.get(0).path())
                .hasMessageContaining("1 changes of geo.cities");
    }

    /** Timeline: 0 runs, sealed at 1, begins a file after 1, is killed; restored from 1; later ones in the same folder. */
    @Test
    void a_start_removes_what_a_killed_attempt_left_and_nothing_that_is_to_be_committed() throws Exception {
        try (FilesWriter writer = writer(OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.endAll();
            pending.addAll(writer.takeSealed());
            writer.checkpointed(1);
            writer.write(change(CITIES, 1, 1));
        }
        Path foreign = Files.writeString(files().get(0).resolveSibling(".part-notes"), "mine");
        Files.createDirectories(folder.resolve("a:b"));
        assertThat(files()).hasSize(3);

        Leftovers.remove(
                LocalFileSystem.getSharedInstance(),
                settings(FileFormat.NDJSON, FileCompression.NONE, OptionalLong.of(1)),
                1);

        assertThat(files()).hasSize(2).contains(foreign);
        commit();
        assertThat(read()).hasSize(1);
    }

    @Test
    void a_path_that_cannot_be_written_is_named_with_the_reason() throws Exception {
        Files.writeString(folder.resolve("geo.cities"), "a file where the folder should be");

        try (FilesWriter writer = writer(OptionalLong.empty())) {
            assertThatThrownBy(() -> writer.write(change(CITIES, 1, 0)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Files sink: cannot create file:" + folder + "/geo.cities/part-")
                    .hasMessageContaining("geo.cities");
        }
    }

    @Test
    void a_parquet_file_ends_when_a_change_needs_other_columns_than_its_first_row_group_had() throws Exception {
        try (FilesWriter writer = writer(FileFormat.PARQUET, FileCompression.ZSTD, OptionalLong.empty())) {
            writer.write(change(CITIES, 1, 0));
            writer.write(large(CITIES, 1, "b", 1));
            assertThat(writer.takeSealed()).as("nothing of it was written yet").isEmpty();
            for (int i = 2; i < 6; i++) {
                writer.write(large(CITIES, i, "b", 1));
            }
            assertThat(writer.takeSealed()).as("no other columns").isEmpty();
            writer.write(large(CITIES, 6, "c", 1));
            pending.addAll(writer.takeSealed());
            assertThat(pending).extracting(PendingFile::rows).containsExactly(6L);
            writer.write(change(CITIES, 1, 7));
            writer.endAll();
            pending.addAll(writer.takeSealed());
        }
        commit();

        assertThat(pending).extracting(PendingFile::rows).containsExactly(6L, 2L);
        assertThat(read()).hasSize(8);
    }

    @Test
    void parquet_files_hold_no_more_in_memory_together_than_they_may() throws Exception {
        Namespace other = new Namespace("geo", "rivers");
        try (FilesWriter writer = writer(FileFormat.PARQUET, FileCompression.NONE, OptionalLong.empty())) {
            for (int i = 0; i < 3; i++) {
                writer.write(large(CITIES, i, "a", 1));
                writer.write(large(other, i, "a", 2));
                writer.write(large(CITIES, i, "a", 2));
                assertThat(writer.heldBytes()).isLessThanOrEqualTo(FilesWriter.MOST_HELD);
            }
            assertThat(files()).anyMatch(file -> file.toFile().length() > 10 << 20);
            writer.endAll();
            assertThat(writer.heldBytes()).isZero();
        }
    }

    @Test
    void a_full_disk_is_named_with_the_path_and_the_reason() throws Exception {
        FullDisk disk = new FullDisk(LocalFileSystem.getSharedInstance().createRecoverableWriter(), 200_000);
        WriterSettings settings = settings(FileFormat.NDJSON, FileCompression.NONE, OptionalLong.empty());
        FilesWriter writer = new FilesWriter(settings, disk, metrics);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 2000; i++) {
                        writer.write(change(CITIES, 1, i));
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "Files sink: cannot write file:" + folder + "/geo.cities/part-[^ ]+: No space left on device");
        writer.close();
        assertThat(disk.open).isZero();
    }

    private FilesWriter writer(OptionalLong restored) throws IOException {
        return writer(FileFormat.NDJSON, FileCompression.NONE, restored);
    }

    private FilesWriter writer(FileFormat format, FileCompression compression, OptionalLong restored)
            throws IOException {
        return new FilesWriter(
                settings(format, compression, restored),
                LocalFileSystem.getSharedInstance().createRecoverableWriter(),
                metrics);
    }

    private WriterSettings settings(FileFormat format, FileCompression compression, OptionalLong restored) {
        return new WriterSettings(
                new org.apache.flink.core.fs.Path(folder.toString()).makeQualified(LocalFileSystem.getSharedInstance()),
                format,
                compression,
                TableOptions.DERIVED,
                60_000,
                MAX_OPEN,
                "aaaaaaaa",
                "bbbbbbbb",
                restored,
                0,
                0);
    }

    private void commit() throws IOException {
        List<CommitRequest<FilesCommittable>> requests = new ArrayList<>();
        pending.forEach(file -> requests.add(new Request(file)));
        new FilesCommitter(
                        new SetAside("files", DeadLetterPolicy.NONE, new UnregisteredMetricsGroup()),
                        new UnregisteredMetricsGroup())
                .commit(requests);
    }

    private List<ChangeRecord> read() throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        ExportReader.read(folder.toString(), changes::add);
        return changes;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A change whose document has 4 MB. */
    private static ChangeRecord large(Namespace namespace, int n, String field, int minute) {
        String document = "{\"_id\": " + n + ", \"" + field + "\": \"" + "x".repeat(4 << 20) + "\"}";
        Version version = Version.event(clusterTime((MINUTE + minute) * 60, n));
        return Changes.insert(namespace, "{\"_id\": " + n + "}", version, Changes.bson(document));
    }

    /** The n-th change, in a minute. */
    private static ChangeRecord change(Namespace namespace, int minute, int n) {
        Version version = Version.event(clusterTime((MINUTE + minute) * 60, n));
        return Changes.insert(
                namespace, "{\"_id\": " + n + "}", version, Changes.bson("{\"_id\": " + n + ", \"a\": \"b\"}"));
    }

    /** Flink's request, whose answers the committer never gives: it succeeds or throws. */
    private record Request(FilesCommittable getCommittable) implements CommitRequest<FilesCommittable> {
        @Override
        public int getNumberOfRetries() {
            return 0;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void retryLater() {
            throw new AssertionError();
        }

        @Override
        public void updateAndRetryLater(FilesCommittable committable) {
            throw new AssertionError();
        }

        @Override
        public void signalAlreadyCommitted() {
            throw new AssertionError();
        }
    }
}
