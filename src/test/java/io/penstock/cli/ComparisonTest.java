/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord.Op;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final String AT_5 = "0000000500000001";
    private static final String AT_6 = "0000000600000001";

    @TempDir
    private Path root;

    private Path folder;

    @BeforeEach
    void makeTheFolderOfTheCollection() throws IOException {
        folder = Files.createDirectories(root.resolve("shop.orders"));
    }

    @Test
    void theGreatestVersionOfAKeyIsItsDocumentWhateverTheOrderOfTheFiles() throws IOException {
        file("part-0-0.ndjson", line("u", 1, AT_6, 0, "{\"_id\": 1, \"a\": 2}"));
        file("part-0-1.ndjson", line("c", 1, AT_5, 0, "{\"_id\": 1, \"a\": 1}"));
        assertThat(compare("{\"_id\": 1, \"a\": 2}").equal()).isTrue();
    }

    @Test
    void aGreaterRevisionWinsAtTheSameVersion() throws IOException {
        file("part-0-0.ndjson", line("u", 1, AT_5, 1, "{\"_id\": 1, \"a\": 2}"), line("u", 1, AT_5, 0, "{\"_id\": 1}"));
        assertThat(compare("{\"_id\": 1, \"a\": 2}").equal()).isTrue();
    }

    @Test
    void aLineThatIsThereTwiceIsADuplicate() throws IOException {
        file("part-0-0.ndjson", line("c", 1, AT_5, 0, "{\"_id\": 1}"), line("c", 1, AT_5, 0, "{\"_id\": 1}"));
        Comparison found = compare("{\"_id\": 1}");
        assertThat(found.duplicates()).isEqualTo(1);
        assertThat(found.equal()).isFalse();
    }

    @Test
    void aDocumentThatIsMissingOrHasOtherContentIsLostAndNamed() throws IOException {
        file("part-0-0.ndjson", line("c", 2, AT_5, 0, "{\"_id\": 2, \"a\": 1}"));
        Comparison found = compare("{\"_id\": 1}", "{\"_id\": 2, \"a\": 2}");
        assertThat(found.losses()).isEqualTo(2);
        assertThat(found.lost()).hasSize(2).first().asString().contains("1");
        assertThat(found.equal()).isFalse();
    }

    @Test
    void theOrderOfFieldsAndTheTypeOfNumbersCount() throws IOException {
        file(
                "part-0-0.ndjson",
                line("c", 1, AT_5, 0, "{\"_id\": 1, \"a\": 1, \"b\": 2}"),
                line("c", 2, AT_5, 0, "{\"_id\": 2, \"a\": 1}"));
        Comparison found = compare("{\"_id\": 1, \"b\": 2, \"a\": 1}", "{\"_id\": 2, \"a\": {\"$numberLong\": \"1\"}}");
        assertThat(found.losses()).isEqualTo(2);
    }

    @Test
    void aDocumentThatTheSourceNoLongerHasIsSurplusUntilItsDeleteIsExported() throws IOException {
        file("part-0-0.ndjson", line("c", 1, AT_5, 0, "{\"_id\": 1}"));
        assertThat(compare().surplus()).isEqualTo(1);
        file("part-0-1.ndjson", line("d", 1, AT_6, 0, "null"));
        assertThat(compare().equal()).isTrue();
    }

    @Test
    void filesThatAreNotCommittedAreHiddenAndSkipped() throws IOException {
        file(".part-0-0.ndjson.inprogress", "not even JSON");
        Files.createDirectories(folder.resolve("_staging"));
        file("_staging/part-0-0.ndjson", "not even JSON");
        assertThat(compare().equal()).isTrue();
    }

    @Test
    void compressedFilesAreReadAndAgainOnlyWhatIsNew() throws IOException {
        ExportedFiles export = new ExportedFiles(root);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("part-0-0.ndjson.gz")))) {
            out.write(line("r", 1, AT_5 + "~", 0, "{\"_id\": 1}").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(export.refresh()).isEqualTo(1);
        assertThat(export.refresh()).isZero();
        file("part-0-1.ndjson", line("d", 1, AT_6, 0, "null"));
        assertThat(export.refresh()).isEqualTo(1);
        assertThat(export.changes()).isEqualTo(2);
        assertThat(export.changes(Op.READ)).isEqualTo(1);
        assertThat(export.documents()).isZero();
    }

    private Comparison compare(String... source) {
        ExportedFiles export = new ExportedFiles(root);
        export.refresh();
        List<RawBsonDocument> documents =
                Stream.of(source).map(RawBsonDocument::parse).toList();
        return Comparison.of(documents, export);
    }

    private void file(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines));
    }

    private static String line(String op, int id, String version, int revision, String document) {
        return "{\"op\": \"%s\", \"key\": {\"_id\": %d}, \"version\": \"%s\", \"revision\": %d, \"doc\": %s}"
                .formatted(op, id, version, revision, document);
    }
}
