/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.bson;
import static io.penstock.sink.Changes.clusterTime;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.CollectionColumnsSpec;
import io.penstock.spec.CollectionSelector;
import io.penstock.spec.ColumnSpec;
import io.penstock.spec.UnfitPolicy;
import io.penstock.store.Fence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesWriterOperatorTest {
    @TempDir
    private Path folder;

    /** Timeline: two writers, each of which sees one field; a checkpoint; one writer instead, which sees another. */
    @Test
    void a_writer_knows_the_columns_that_all_had_seen_when_it_is_restored() throws Exception {
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (OneInputStreamOperatorTestHarness<ChangeRecord, FilesCommittable> before = harness(2, subtask)) {
                before.setup(FilesCommittableTypeSerializer.INSTANCE);
                before.open();
                before.processElement(
                        change(subtask, "{\"_id\": 1, \"f" + subtask + "\": " + (subtask == 0 ? "1" : "\"a\"") + "}"),
                        0);
                before.prepareSnapshotPreBarrier(1);
                states.add(before.snapshot(1, 1));
            }
        }
        OperatorSubtaskState all =
                AbstractStreamOperatorTestHarness.repackageState(states.toArray(OperatorSubtaskState[]::new));

        try (OneInputStreamOperatorTestHarness<ChangeRecord, FilesCommittable> after = harness(1, 0)) {
            after.setup(FilesCommittableTypeSerializer.INSTANCE);
            after.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(all, 2, 2, 1, 0));
            after.open();
            after.processElement(change(3, "{\"_id\": 3, \"f2\": 1.5}"), 0);
            after.prepareSnapshotPreBarrier(2);
            PendingFile file = (PendingFile) after.extractOutputValues().get(0);

            assertThat(documentColumns(file))
                    .containsExactlyInAnyOrder("_id INT64", "f0 INT64", "f1 BINARY", "f2 DOUBLE");
        }
    }

    @Test
    void what_no_column_holds_is_told_and_in_no_file_and_a_replay_is_told_too() throws Exception {
        TableOptions whole = new TableOptions(
                List.of(new CollectionColumnsSpec(
                        new CollectionSelector(CITIES.toString()), List.of(new ColumnSpec("n", null, "int")))),
                UnfitPolicy.DEAD_LETTER);
        try (OneInputStreamOperatorTestHarness<ChangeRecord, FilesCommittable> harness = harness(1, 0, whole)) {
            harness.setup(FilesCommittableTypeSerializer.INSTANCE);
            harness.open();
            ChangeRecord poison = change(2, "{\"_id\": 2, \"n\": \"two\"}");
            harness.processElement(change(1, "{\"_id\": 1, \"n\": 1}"), 0);
            harness.processElement(poison, 0);
            harness.processElement(change(3, "{\"_id\": 3, \"n\": 3}"), 0);
            harness.prepareSnapshotPreBarrier(1);
            harness.snapshot(1, 1);
            List<FilesCommittable> first = List.copyOf(harness.extractOutputValues());
            DeadLetter letter = ((LetterEvent.Refused) ((PendingLetter) first.get(0)).event()).letter();
            assertThat(letter.sink()).isEqualTo("lake");
            assertThat(letter.change()).isEqualTo(poison);
            assertThat(letter.message()).isEqualTo("column n cannot hold \"two\"");
            assertThat(((PendingFile) first.get(1)).rows()).isEqualTo(2);
            assertThat(first).hasSize(2);

            harness.processElement(poison.with(new Replay("lake", letter.id(), 1, false)), 0);
            ChangeRecord mended = change(4, "{\"_id\": 4, \"n\": 4}");
            harness.processElement(mended.with(new Replay("lake", "a", 1, false)), 0);
            harness.processElement(mended.with(new Replay("lake", "b", 1, true)), 0);
            harness.prepareSnapshotPreBarrier(2);
            List<FilesCommittable> second = harness.extractOutputValues()
                    .subList(2, harness.extractOutputValues().size());
            assertThat(second.subList(0, 3).stream()
                            .map(told -> ((PendingLetter) told).event())
                            .toList())
                    .containsExactly(
                            new LetterEvent.Replayed(letter.id()),
                            new LetterEvent.Replayed("a"),
                            new LetterEvent.Superseded("b"));
            DeadLetter again = ((LetterEvent.Refused) ((PendingLetter) second.get(3)).event()).letter();
            assertThat(again.id()).isEqualTo(letter.id());
            assertThat(again.attempts()).isEqualTo(2);
            assertThat(((PendingFile) second.get(4)).rows()).isEqualTo(1);

            harness.processElement(change(5, "{\"_id\": 5, \"n\": 5.5}"), 0);
            harness.prepareSnapshotPreBarrier(3);
            assertThat(harness.extractOutputValues())
                    .as("no file of no changes")
                    .hasSize(8);
        }
    }

    private OneInputStreamOperatorTestHarness<ChangeRecord, FilesCommittable> harness(int parallelism, int subtask)
            throws Exception {
        return harness(parallelism, subtask, TableOptions.DERIVED);
    }

    private OneInputStreamOperatorTestHarness<ChangeRecord, FilesCommittable> harness(
            int parallelism, int subtask, TableOptions table) throws Exception {
        FilesTarget target = new FilesTarget(
                "lake",
                folder.toString(),
                FileFormat.PARQUET,
                FileCompression.NONE,
                table,
                "aaaaaaaa",
                60_000,
                Fence.none(),
                DeadLetterPolicy.NONE);
        return new OneInputStreamOperatorTestHarness<>(new FilesWriterOperator(target), 8, parallelism, subtask);
    }

    private static ChangeRecord change(int n, String document) {
        return Changes.insert(
                CITIES, "{\"_id\": " + n + "}", Version.event(clusterTime(1_700_000_000L, n)), bson(document));
    }

    /** The columns between those of the change and {@code unfit}, of the hidden file that waits to become this one. */
    private List<String> documentColumns(PendingFile file) throws Exception {
        String name = new org.apache.flink.core.fs.Path(file.path()).getName();
        try (Stream<Path> files = Files.walk(folder);
                ParquetFileReader reader = new ParquetFileReader(
                        new LocalInputFile(files.filter(
                                        path -> path.getFileName().toString().startsWith("." + name))
                                .findFirst()
                                .orElseThrow()),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .build())) {
            List<Type> columns = reader.getFileMetaData().getSchema().getFields();
            return columns.subList(12, columns.size() - 1).stream()
                    .map(type -> type.getName() + " " + type.asPrimitiveType().getPrimitiveTypeName())
                    .toList();
        }
    }
}
