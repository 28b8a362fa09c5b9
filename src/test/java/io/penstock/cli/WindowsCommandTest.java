/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.Sha256;
import io.penstock.window.Artifact;
import io.penstock.window.SealScene;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An export of 200 files in ten windows, harmed in every way that is promised to be found. */
class WindowsCommandTest {
    private static final Namespace NS = new Namespace("geo", "cities");
    private static final int WINDOWS = 10;
    private static final int FILES_A_WINDOW = 20;
    private static final String MANIFESTS = "manifests/" + SealScene.GENERATION + "/geo.cities/";

    @TempDir
    private Path folder;

    private String output;

    @BeforeEach
    void export() throws Exception {
        Random random = new Random(1);
        Files.createDirectories(folder.resolve(MANIFESTS));
        Files.createDirectories(folder.resolve("geo.cities"));
        try (SealScene scene = new SealScene(SealScene.options(60), 1)) {
            scene.mark(PassMark.origin(1));
            scene.mark(PassMark.begun(NS, 1, 1));
            scene.mark(PassMark.read(NS, 1, 1, 1));
            for (int window = 0; window <= WINDOWS; window++) {
                for (int i = 0; i < FILES_A_WINDOW; i++) {
                    byte[] content = new byte[5000];
                    random.nextBytes(content);
                    String path = file(window, i);
                    Files.write(folder.resolve(path), content);
                    scene.file(new Artifact(
                            "files",
                            NS,
                            window,
                            path,
                            1,
                            content.length,
                            Sha256.digest().digest(content),
                            null));
                }
            }
            scene.watermark(60_000 * WINDOWS - 1);
            scene.write(folder);
        }
    }

    private static String file(int window, int number) {
        return "geo.cities/part-" + window + "-0a1b2c3d-4e5f6a7b-0-1-0-" + number + ".ndjson";
    }

    private Path manifest(long window) {
        return folder.resolve(MANIFESTS + window + ".json");
    }

    private int run(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> all = new ArrayList<>(List.of("windows"));
        all.addAll(List.of(arguments));
        int code = line.execute(all.toArray(String[]::new));
        output = out.toString();
        return code;
    }

    private void assertFound(String... parts) {
        assertThat(run("verify-chain", folder.toString())).isEqualTo(1);
        assertThat(output).contains("NOT as it was sealed");
        assertThat(output.lines()).as(output).anyMatch(line -> List.of(parts).stream()
                .allMatch(line::contains));
    }

    private void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void anExportThatNobodyTouchedIsAsItWasSealed() {
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();
        assertThat(output).contains("10 manifests, 220 files, 1,100,000 bytes (20 of windows that are not sealed yet)");
    }

    @Test
    void oneByteOfOneFile() throws Exception {
        flip(folder.resolve(file(4, 13)), 4321);
        assertFound(file(4, 13) + ": was changed", MANIFESTS + "4.json");
        assertThat(output).contains("1 problems");
    }

    @Test
    void aFileThatIsMissingShorterOrThereTwice() throws Exception {
        Files.delete(folder.resolve(file(2, 0)));
        assertFound(file(2, 0) + ": is missing", MANIFESTS + "2.json");
        Files.write(folder.resolve(file(3, 0)), new byte[10]);
        assertFound(file(3, 0) + ": has 10 bytes instead of 5000");
        Files.copy(folder.resolve(file(5, 0)), folder.resolve(file(5, 99)));
        assertFound(file(5, 99) + ": window 5: belongs to no manifest");
        assertThat(output).contains("3 problems");
    }

    /** A sink whose collections have not changed yet has no files, and the manifests of all collections. */
    @Test
    void aFolderWithoutAnyOfTheFilesIsOfAnotherSinkWhenThatIsSaid() throws Exception {
        for (int window = 0; window <= WINDOWS; window++) {
            for (int i = 0; i < FILES_A_WINDOW; i++) {
                Files.delete(folder.resolve(file(window, i)));
            }
        }
        assertFound(file(2, 0) + ": is missing");
        assertThat(output).contains("if this is another sink's folder, say which with --sink NAME");
        assertThat(run("verify-chain", "--sink", "other", folder.toString()))
                .as(output)
                .isZero();
        assertThat(output).contains("10 manifests, 0 files").doesNotContain("--sink");
    }

    @Test
    void aFileThatWasRenamedCutOffOrAddedAndAManifestThatWasAdded() throws Exception {
        Files.move(folder.resolve(file(6, 1)), folder.resolve(file(6, 77)));
        byte[] whole = Files.readAllBytes(folder.resolve(file(7, 2)));
        Files.write(folder.resolve(file(7, 2)), Arrays.copyOf(whole, whole.length - 1));
        Files.write(folder.resolve(file(8, 88)), new byte[] {1});

        assertFound(file(6, 1) + ": is missing", MANIFESTS + "6.json");
        assertFound(file(6, 77) + ": window 6: belongs to no manifest");
        assertFound(file(7, 2) + ": has 4999 bytes instead of 5000", MANIFESTS + "7.json");
        assertFound(file(8, 88) + ": window 8: belongs to no manifest");
        assertThat(output).contains("4 problems");
        Files.copy(manifest(9), folder.resolve(MANIFESTS + "10.json"));
        assertFound(MANIFESTS + "10.json: holds the manifest of window 9");
    }

    @Test
    void aReceiptThatWasChangedMovedOrIsOfAnotherManifest() throws Exception {
        Path receipts = Files.createDirectories(folder.resolve(MANIFESTS + "receipts"));
        Delivery delivery = new Placed(NS, 0, "cities", 1, 40, 52, 3, null);
        byte[] receipt = SealScene.receipt(Files.readAllBytes(manifest(0)), "kafka", List.of(delivery));
        Files.write(receipts.resolve("0-kafka.json"), receipt);
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();

        Files.write(receipts.resolve("3-kafka.json"), receipt);
        assertFound(MANIFESTS + "receipts/3-kafka.json: holds the receipt of window 0");
        byte[] ofThird = SealScene.receipt(Files.readAllBytes(manifest(3)), "kafka", List.of(delivery));
        Files.write(receipts.resolve("3-kafka.json"), ofThird);
        assertFound(MANIFESTS + "receipts/3-kafka.json: has 3 changes, and its manifest 0");
        Files.delete(receipts.resolve("3-kafka.json"));
        for (int at = 0; at < receipt.length; at += 37) {
            Files.write(receipts.resolve("0-kafka.json"), receipt);
            flip(receipts.resolve("0-kafka.json"), at);
            assertFound(MANIFESTS + "receipts/0-kafka.json: ");
        }
    }

    @Test
    void oneByteOfOneManifestWhereverItIs() throws Exception {
        int length = Files.readAllBytes(manifest(6)).length;
        for (int at = 0; at < length; at += 211) {
            byte[] before = Files.readAllBytes(manifest(6));
            flip(manifest(6), at);
            assertFound(MANIFESTS + "6.json: ");
            Files.write(manifest(6), before);
        }
    }

    @Test
    void aManifestThatIsMissing() throws Exception {
        byte[] fifth = Files.readAllBytes(manifest(5));
        Files.delete(manifest(5));
        assertFound(MANIFESTS + "6.json", "that of window 5 is missing");
        assertFound(file(5, 0), "belongs to no manifest");
        Files.write(manifest(5), fifth);
        Files.delete(manifest(0));
        assertFound(MANIFESTS + "1.json", "the manifest before it is missing");
    }

    @Test
    void manifestsThatAreThereTwiceOrInAnotherOrder() throws Exception {
        Files.copy(manifest(3), folder.resolve(MANIFESTS + "33.json"));
        assertFound(MANIFESTS + "33.json: holds the manifest of window 3 of geo.cities");
        Files.delete(folder.resolve(MANIFESTS + "33.json"));

        Files.move(manifest(3), folder.resolve("kept"));
        Files.move(manifest(4), manifest(3));
        Files.move(folder.resolve("kept"), manifest(4), StandardCopyOption.REPLACE_EXISTING);
        assertFound(MANIFESTS + "3.json: holds the manifest of window 4");
        assertFound(MANIFESTS + "4.json: holds the manifest of window 3");
    }

    @Test
    void windowsAreListedAndShown() throws Exception {
        assertThat(run("list", folder.toString(), "--last", "2")).isZero();
        assertThat(output.lines().filter(line -> line.contains("window  "))).hasSize(3);
        assertThat(run("list", folder.toString(), "--json")).isZero();
        assertThat(output).contains("\"kind\" : \"baseline\"");
        assertThat(run("show", folder.toString(), "7")).isZero();
        assertThat(output).contains("\"window\" : 7").contains(file(7, 3));
        assertThat(run("show", folder.toString(), "77")).isEqualTo(1);
        assertThat(output).contains("window 77 is not sealed");
    }

    @Test
    void aFolderWithoutManifestsAndAJobWithoutFilesAreSaidSo() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("verify-chain", empty.toString())).isEqualTo(1);
        assertThat(output).contains("there are no manifests in " + empty);
        Path job = Files.writeString(
                folder.resolve("job.yaml"),
                "name: a\nsource: {uri: mongodb://h, collections: [a.b]}\nsinks:\n" + "  - {type: files, path: "
                        + folder + "}\n");
        assertThat(run("verify-chain", job.toString())).as(output).isZero();
    }
}
