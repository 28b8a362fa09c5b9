/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.Sha256;
import io.penstock.record.Version;
import io.penstock.sink.BsonEnvelope;
import io.penstock.sink.Bytes;
import io.penstock.sink.ChangeEncoder;
import io.penstock.sink.Changes;
import io.penstock.sink.JsonEnvelope;
import io.penstock.window.Artifact;
import io.penstock.window.SealScene;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * An export in all formats, a window each. Timeline of document 7: its row is read in window 0, it becomes 7.0 in window 1, a transaction
 * changes it twice in window 2, it is deleted in window 3, and is there again in window 4, which is not sealed.
 */
class WindowsTraceTest {
    private static final Namespace NS = new Namespace("geo", "cities");
    private static final int SEALED = 4;
    private static final List<String> FORMATS = List.of(".ndjson", ".bson", ".ndjson.gz", ".bson.zst", ".ndjson");

    private static final Version ROW = Version.row(at(10, 3));
    private static final Version UPDATED = Version.event(at(65, 1));
    private static final Version FIRST =
            Version.inTransaction(at(125, 2), HexFormat.of().parseHex("2B022C010029"));
    private static final Version SECOND =
            Version.inTransaction(at(125, 2), HexFormat.of().parseHex("2B022C01002B02"));
    private static final Version DELETED = Version.event(at(185, 9));
    private static final Version AGAIN = Version.event(at(245, 1));

    @TempDir
    private Path folder;

    private String output;

    private static long at(long seconds, int increment) {
        return Changes.clusterTime(seconds, increment);
    }

    @BeforeEach
    void export() throws Exception {
        List<List<ChangeRecord>> windows = List.of(
                List.of(other(0), change(Op.READ, "7", ROW, "{_id: 7, n: 1}")),
                List.of(change(Op.UPDATE, "7.0", UPDATED, "{_id: 7.0, n: 2}"), other(1)),
                List.of(
                        other(2),
                        change(Op.UPDATE, "7.0", FIRST, "{_id: 7.0, n: 3}"),
                        change(Op.UPDATE, "7.0", SECOND, "{_id: 7.0, n: 4}")),
                List.of(other(3), other(3), change(Op.DELETE, "7.0", DELETED, null)),
                List.of(change(Op.CREATE, "7", AGAIN, "{_id: 7}")));
        Files.createDirectories(folder.resolve("manifests/7/geo.cities"));
        Files.createDirectories(folder.resolve("geo.cities"));
        try (SealScene scene = new SealScene(SealScene.options(60), 1)) {
            scene.mark(PassMark.origin(1));
            scene.mark(PassMark.begun(NS, 1, 1));
            scene.mark(PassMark.read(NS, 1, 1, 1));
            for (int window = 0; window < windows.size(); window++) {
                byte[] content = content(windows.get(window), FORMATS.get(window));
                Files.write(folder.resolve(file(window)), content);
                byte[] hash = Sha256.digest().digest(content);
                scene.file(new Artifact(
                        "files", NS, window, file(window), windows.get(window).size(), content.length, hash, null));
            }
            scene.watermark(60_000 * SEALED - 1);
            scene.write(folder);
        }
    }

    private static ChangeRecord change(Op op, String id, Version version, String document) {
        byte[] image = document == null ? null : Changes.bson(document);
        return Changes.of(op, NS, Changes.bson("{_id: " + id + "}"), version, image);
    }

    private static ChangeRecord other(int window) {
        return change(Op.CREATE, "\"7\"", Version.event(at(60 * window + 5, 5)), "{_id: \"7\"}");
    }

    private static String file(int window) {
        return "geo.cities/part-" + window + "-0a1b2c3d-4e5f6a7b-0-1-0-1" + FORMATS.get(window);
    }

    private static byte[] content(List<ChangeRecord> changes, String format) throws IOException {
        boolean isJson = format.startsWith(".ndjson");
        ChangeEncoder encoder = isJson ? new JsonEnvelope() : new BsonEnvelope();
        Bytes all = new Bytes();
        for (ChangeRecord change : changes) {
            encoder.encode(change, all);
            if (isJson) {
                all.put('\n');
            }
        }
        byte[] plain = all.toByteArray();
        if (format.endsWith(".zst")) {
            return Zstd.compress(plain);
        }
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = format.endsWith(".gz") ? new GZIPOutputStream(stored) : stored) {
            out.write(plain);
        }
        return stored.toByteArray();
    }

    private int trace(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> all = new ArrayList<>(List.of("windows", "trace", folder.toString(), "--ns", "geo.cities"));
        all.addAll(List.of(arguments));
        int code = line.execute(all.toArray(String[]::new));
        output = out.toString();
        return code;
    }

    private Lineage lineage(Version version, String id) throws IOException {
        return new Trace(folder.toString(), null, NS, WindowsTraceCommand.key(id), version).run();
    }

    @Test
    void allVersionsOfADocumentAreFoundInOrderWhateverTheFormat() throws Exception {
        Lineage lineage = lineage(null, "7");

        assertThat(lineage.problems()).isEmpty();
        assertThat(lineage.versions())
                .extracting(Lineage.Exported::version)
                .containsExactly(ROW.text(), UPDATED.text(), FIRST.text(), SECOND.text(), DELETED.text(), AGAIN.text());
        assertThat(lineage.versions())
                .extracting(exported ->
                        exported.stored().file() + ":" + exported.stored().number())
                .containsExactly(
                        file(0) + ":2", file(1) + ":1", file(2) + ":2", file(2) + ":3", file(3) + ":3", file(4) + ":1");
        assertThat(lineage.versions())
                .extracting(exported -> exported.source().kind())
                .containsExactly("row", "event", "transaction", "transaction", "event", "event");
        assertThat(lineage.versions().get(3).source().resumeToken()).isEqualTo("820000007D000000022B022C01002B02");
        assertThat(lineage.versions().get(0).sealed().kind()).isEqualTo("baseline");
        assertThat(lineage.versions().get(5).sealed()).isNull();
    }

    @Test
    void numbersThatAreEqualAreOneKeyAndAStringOfTheSameDigitsIsAnother() throws Exception {
        for (String id : List.of("7.0", "{\"$numberLong\": \"7\"}", "{\"$numberDecimal\": \"7.00\"}")) {
            assertThat(lineage(null, id).versions()).as(id).hasSize(6);
        }
        assertThat(lineage(null, "\"7\"").versions()).hasSize(5);
    }

    @Test
    void forOneVersionOnlyTheFilesOfItsWindowAreRead() throws Exception {
        for (Version version : List.of(ROW, UPDATED, FIRST, SECOND, DELETED, AGAIN)) {
            Lineage lineage = lineage(version, "7");
            assertThat(lineage.versions()).extracting(Lineage.Exported::version).containsExactly(version.text());
            assertThat(lineage.files()).as(version.text()).isEqualTo(1);
        }
    }

    @Test
    void whatIsPrintedNamesWindowManifestFileAndSource() {
        assertThat(trace("--key", "7", "--version", SECOND.text())).as(output).isZero();
        assertThat(output)
                .contains("geo.cities {\"_id\": 7}: 1 version, in 1 file")
                .contains("manifests/7/geo.cities/2.json: window 2, until 1970-01-01T00:03:00Z, generation 7")
                .contains(file(2) + ", record 3")
                .contains("cluster time (125, 2), 1970-01-01T00:02:05Z")
                .contains("as sealed");
        assertThat(trace("--key", "7", "--json")).isZero();
        assertThat(output).contains("\"manifest\" : \"manifests/7/geo.cities/3.json\"");
    }

    @Test
    void aFileThatIsNotAsItWasSealedIsSaidSo() throws Exception {
        byte[] bytes = Files.readAllBytes(folder.resolve(file(1)));
        bytes[bytes.length - 3] ^= 1;
        Files.write(folder.resolve(file(1)), bytes);
        Files.delete(folder.resolve(file(3)));

        assertThat(trace("--key", "7")).isEqualTo(1);
        assertThat(output)
                .contains(file(1) + " was changed")
                .contains(file(3) + " is missing: manifests/7/geo.cities/3.json names it")
                .contains(": 5 versions");
        assertThat(trace("--key", "7", "--version", ROW.text()))
                .as("another window")
                .isZero();
    }

    @Test
    void aReceiptNamesWhereAnotherSinkHasIt() throws Exception {
        Path receipts = Files.createDirectories(folder.resolve("manifests/7/geo.cities/receipts"));
        Delivery delivery = new Placed(NS, 2, "cities", 1, 40, 52, 3, "p-0-9");
        byte[] manifest = Files.readAllBytes(folder.resolve("manifests/7/geo.cities/2.json"));
        byte[] receipt = SealScene.receipt(manifest, "kafka", List.of(delivery));
        Files.write(receipts.resolve("2-kafka.json"), receipt);

        assertThat(trace("--key", "7", "--version", FIRST.text())).as(output).isZero();
        assertThat(output)
                .contains("sink      kafka, in one of these, as manifests/7/geo.cities/receipts/2-kafka.json says:")
                .contains("cities-1, offsets 40 to 52 (3 of the window), transaction p-0-9");

        receipt[receipt.length / 2] ^= 1;
        Files.write(receipts.resolve("2-kafka.json"), receipt);
        assertThat(trace("--key", "7", "--version", FIRST.text())).isEqualTo(1);
        assertThat(output).contains("receipts/2-kafka.json").contains("was changed");
    }

    @Test
    void whatIsNotThereAndWhatIsNoKeyAreSaidSo() {
        assertThat(trace("--key", "8")).isEqualTo(1);
        assertThat(output).contains("not found");
        assertThat(trace("--key", "Oslo")).isEqualTo(2);
        assertThat(output).contains("--key '\"Oslo\"'");
        assertThat(trace("--key", "7", "--version", "7")).isEqualTo(2);
    }
}
