/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.files.Manifests;
import io.penstock.window.Root;
import io.penstock.window.SealOptions;
import io.penstock.window.SealScene;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two collections over forty windows, in most of which nothing happens: what is missing at an end, or as a whole, is found. */
class RootsCommandTest {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final Namespace RIVERS = new Namespace("geo", "rivers");
    static final String KEY =
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """;
    static final String PUBLIC_KEY =
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
            -----END PUBLIC KEY-----
            """;
    private static final String OTHER_PUBLIC_KEY =
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
            -----END PUBLIC KEY-----
            """;

    @TempDir
    private Path folder;

    private String output;

    private static void begin(SealScene scene) throws Exception {
        scene.mark(PassMark.origin(1));
        for (Namespace namespace : List.of(CITIES, RIVERS)) {
            scene.mark(PassMark.begun(namespace, 1, 1));
            scene.mark(PassMark.read(namespace, 1, 1, 1));
        }
    }

    /** Something happens in windows 10 and 30 of one, and 20 and 30 of the other; a checkpoint in the middle of nothing. */
    private void export(SealScene scene) throws Exception {
        export(scene, () -> scene.write(folder));
    }

    /** What is done when a checkpoint is complete. */
    interface Commit {
        void run() throws Exception;
    }

    static void export(SealScene scene, Commit commit) throws Exception {
        begin(scene);
        change(scene, CITIES, 10);
        scene.watermark(end(15));
        commit.run();
        change(scene, RIVERS, 20);
        scene.watermark(end(24));
        commit.run();
        change(scene, CITIES, 30);
        change(scene, RIVERS, 30);
        scene.watermark(end(39));
        commit.run();
    }

    private static long end(long window) {
        return (window + 1) * 60_000 - 1;
    }

    private static void change(SealScene scene, Namespace namespace, long window) throws Exception {
        byte[] key = Changes.bson("{_id: " + window + "}");
        scene.change(Changes.of(Op.CREATE, namespace, key, Version.event((window * 60) << 32 | 1), key), 0);
    }

    private void export() throws Exception {
        try (SealScene scene = new SealScene(SealScene.options(60), 1)) {
            export(scene);
        }
    }

    private List<String> names(String inner) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("manifests").resolve(inner))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
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
        assertThat(run("verify-chain", folder.toString())).as(output).isEqualTo(1);
        assertThat(output.lines()).as(output).anyMatch(line -> List.of(parts).stream()
                .allMatch(line::contains));
    }

    private Path manifest(String name) {
        return folder.resolve("manifests").resolve(name);
    }

    @Test
    void windowsInWhichNothingHappensAreStoredTogetherAndListedOneByOne() throws Exception {
        export();
        assertThat(names("7/geo.cities"))
                .containsExactly("0.json", "1-9.json", "10.json", "11-29.json", "30.json", "31-39.json");
        assertThat(names("7/roots"))
                .containsExactly(
                        "0.json",
                        "1-9.json",
                        "10.json",
                        "11-19.json",
                        "20.json",
                        "21-29.json",
                        "30.json",
                        "31-39.json");
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();
        assertThat(output).contains("80 manifests, 0 files");
        assertThat(run("list", folder.toString(), "--namespace", "geo.rivers")).isZero();
        assertThat(output.lines().filter(line -> line.contains("window  "))).hasSize(40);
        assertThat(run("list", folder.toString(), "--last", "12")).isZero();
        assertThat(output.lines().filter(line -> line.contains("window  "))).hasSize(2 * 13);
        assertThat(run("show", folder.toString(), "15", "--namespace", "geo.cities"))
                .isZero();
        assertThat(output).contains("\"window\" : 15").doesNotContain("stretch");
    }

    @Test
    void theLastManifestOfOneCollection() throws Exception {
        export();
        Files.delete(manifest("7/geo.rivers/31-39.json"));
        assertFound("roots/31-39.json", "lists the manifest of window 39 of geo.rivers, which is missing");
    }

    @Test
    void aCollectionAsAWhole() throws Exception {
        export();
        FileUtils.deleteDirectory(manifest("7/geo.rivers").toFile());
        assertFound("roots/0.json", "window 0 of geo.rivers, which is missing");
    }

    @Test
    void aRootAndAllRoots() throws Exception {
        export();
        Files.delete(manifest("7/roots/20.json"));
        assertFound("roots/21-29.json", "does not follow the root of window 19");
        assertFound("geo.rivers/20.json", "the root of window 20 is missing");
        FileUtils.deleteDirectory(manifest("7/roots").toFile());
        assertFound("7/roots: there are none");
    }

    @Test
    void oneByteOfARootOrOfManyWindowsManifest() throws Exception {
        export();
        for (String name : List.of("7/roots/21-29.json", "7/geo.cities/11-29.json")) {
            byte[] before = Files.readAllBytes(manifest(name));
            for (int at = 0; at < before.length; at += 97) {
                byte[] changed = before.clone();
                changed[at] ^= 1;
                Files.write(manifest(name), changed);
                assertFound(name + ": ");
            }
            Files.write(manifest(name), before);
        }
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();
    }

    @Test
    void whatWasLeftBehindOfWindowsThatGrewIsNoProblem() throws Exception {
        try (SealScene scene = new SealScene(SealScene.options(60), 1)) {
            begin(scene);
            scene.watermark(end(4));
            scene.write(folder);
            Files.copy(manifest("7/geo.cities/1-4.json"), folder.resolve("kept"));
            scene.watermark(end(8));
            scene.write(folder);
        }
        Files.move(folder.resolve("kept"), manifest("7/geo.cities/1-4.json"));
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();
        assertThat(output).contains("18 manifests");
    }

    /** Whoever keeps a hash finds out that everything behind it is gone. */
    @Test
    void theEndOfAllChainsByAHashThatWasKept() throws Exception {
        export();
        assertThat(run("verify-chain", folder.toString())).isZero();
        String kept = output.lines()
                .filter(line -> line.contains("the last root is "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findAny()
                .orElseThrow();
        assertThat(run("verify-chain", folder.toString(), "--kept", kept)).isZero();
        for (String inner : List.of("geo.cities", "geo.rivers", "roots")) {
            Files.delete(manifest("7/" + inner + "/31-39.json"));
        }
        assertThat(run("verify-chain", folder.toString()))
                .as("this cannot be seen from inside")
                .isZero();
        assertThat(run("verify-chain", folder.toString(), "--kept", kept)).isEqualTo(1);
        assertThat(output).contains("none has the hash " + kept);
    }

    /** Saved at window 15, gone on to 39, rolled back: 16 to 39 are superseded, named, and have to stay. */
    @Test
    void whatARollbackSupersedesIsNamedAndStays() throws Exception {
        try (SealScene scene = new SealScene(SealScene.options(60), 1)) {
            begin(scene);
            change(scene, CITIES, 10);
            scene.watermark(end(15));
            SealScene.Saved saved = scene.save(1);
            scene.write(folder);
            change(scene, CITIES, 30);
            scene.watermark(end(39));
            scene.write(folder);
            scene.restore(saved, SealScene.rolledBack(60, generations()));
            change(scene, RIVERS, 20);
            scene.watermark(end(24));
            scene.write(folder);
        }
        assertThat(names("")).containsExactly("7", "8");
        assertThat(Files.readString(manifest("8/roots/16-19.json")))
                .contains("\"why\":\"rollback\"", "\"follows\":{\"generation\":7", "\"window\":15}")
                .contains("{\"first\":16,\"folder\":\"geo.cities\",\"generation\":7,\"last\":39}");
        assertThat(run("verify-chain", folder.toString())).as(output).isZero();

        Files.delete(manifest("7/geo.cities/31-39.json"));
        assertFound(
                "8/roots/16-19.json",
                "supersedes the manifest of window 39 of geo.cities, generation 7, which is missing");
        FileUtils.deleteDirectory(manifest("7").toFile());
        assertFound("8/roots/16-19.json", "the root before it is missing");
    }

    /** Sealed up to 39, of which 30 on are not known to be at all targets; goes on from the beginning of 30, and reads it all at 32. */
    @Test
    void aJobWithoutItsCheckpointsNamesWhatItFollowsAndWhatItDidNotFollow() throws Exception {
        export();
        String unsealed = "geo.cities/part-41-6b7cb546-0d133ad4-0-6-0-92.ndjson";
        Files.createDirectories(folder.resolve("geo.cities"));
        Files.writeString(folder.resolve(unsealed), "{}\n");
        long from = (30 * 60L) << 32;
        for (boolean isReached : new boolean[] {true, false}) {
            try (SealScene scene = new SealScene(SealScene.checkpointsLost(60, behindTheLastRoot(), from), 1)) {
                scene.mark(PassMark.origin(from));
                scene.mark(PassMark.begun(CITIES, 2, from - 1));
                long start = isReached ? from - 1 : (31 * 60L) << 32;
                if (!isReached) {
                    scene.mark(PassMark.lost(PassMark.EVERYWHERE, 0, from, start));
                    scene.mark(PassMark.lost(CITIES, 3, from, start));
                    scene.mark(PassMark.begun(CITIES, 3, start));
                }
                scene.mark(PassMark.read(CITIES, 3, start, (32 * 60L + 7) << 32));
                SealScene.Saved saved = scene.save(1);
                scene.restore(saved, 1);
                change(scene, CITIES, 33);
                scene.watermark(end(45));
                scene.write(folder);
            }
            assertThat(names("")).containsExactly("7", "8");
            assertThat(Files.readString(manifest("8/roots/32.json")))
                    .contains("\"begins\":{\"follows\":{\"generation\":7,")
                    .contains(
                            "\"window\":39},\"from\":\"0000070800000000\",\"supersedes\":[],\"why\":\"checkpoints lost\"}");
            assertThat(Files.readString(manifest("8/geo.cities/32.json")))
                    .contains("\"checkpointsLost\":{\"from\":\"0000070800000000\",\"to\":\"0000078700000000\"}");
            assertThat(Files.readString(manifest("8/geo.cities/33.json"))).doesNotContain("checkpointsLost");
            assertThat(run("verify-chain", folder.toString())).as(output).isZero();
            assertThat(run("list", folder.toString())).isZero();
            assertThat(output)
                    .contains(
                            "checkpoints lost: changes not followed one by one from 1970-01-01T00:30:00Z to 1970-01-01T00:32:07Z");
            FileUtils.deleteDirectory(manifest("8").toFile());
        }
    }

    private SealOptions.Generations behindTheLastRoot() {
        return new SealOptions.Generations() {
            @Override
            public int next(int atLeast) {
                return 8;
            }

            @Override
            public Optional<Root.Follows> lastRoot() throws IOException {
                List<Manifests.Found> roots = Manifests.roots(folder.toString());
                Root root =
                        Root.read(Manifests.read(roots.get(roots.size() - 1)).bytes());
                return Optional.of(new Root.Follows(root.generation(), root.last(), root.lastHash()));
            }
        };
    }

    private SealOptions.Generations generations() {
        return new SealOptions.Generations() {
            @Override
            public int next(int atLeast) {
                return 8;
            }

            @Override
            public List<SealOptions.Superseded> behind(long window) {
                return List.of(
                        new SealOptions.Superseded(7, "geo.cities", window + 1, 39),
                        new SealOptions.Superseded(7, "geo.rivers", window + 1, 39));
            }
        };
    }

    @Test
    void everyManifestAndRootIsSignedWithTheKeyThatIsAskedFor() throws Exception {
        try (SealScene scene = new SealScene(SealScene.signed(60, KEY), 1)) {
            export(scene);
        }
        Path key = Files.writeString(folder.resolve("public.pem"), PUBLIC_KEY);
        assertThat(run("verify-chain", folder.toString(), "--public-key", key.toString()))
                .as(output)
                .isZero();
        Files.writeString(key, OTHER_PUBLIC_KEY);
        assertThat(run("verify-chain", folder.toString(), "--public-key", key.toString()))
                .isEqualTo(1);
        assertThat(output).contains("geo.cities/11-29.json: is signed with another key");
        assertThat(output).contains("roots/11-19.json: is signed with another key");
        Files.writeString(key, KEY);
        assertThat(run("verify-chain", folder.toString(), "--public-key", key.toString()))
                .isEqualTo(2);
        assertThat(output).contains("openssl pkey -pubout");
    }
}
