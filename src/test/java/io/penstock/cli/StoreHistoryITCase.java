/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.store.Attempt;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.window.Manifest;
import io.penstock.window.SealOptions;
import io.penstock.window.SealScene;
import io.penstock.window.WindowOutput;
import io.penstock.window.WindowOutput.Rooted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The history of {@link RootsCommandTest} in a metadata store: shown and checked as beside files. */
class StoreHistoryITCase {
    private static DevServer server;
    private static MongoClient client;

    @TempDir
    private Path folder;

    private Path jobFile;
    private String output;

    @BeforeAll
    static void start() {
        server = DevServer.builder().start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client.getDatabase("penstock").drop();
        jobFile = job("kafka.yaml", "{type: kafka, bootstrap-servers: \"localhost:1\", topic: all}");
    }

    private Path job(String name, String sink) throws Exception {
        return Files.writeString(
                folder.resolve(name),
                """
                name: geo
                source: {uri: "%s", collections: [/geo\\..*/]}
                sinks: [%s]
                metadata: {uri: "%s"}
                pipeline: {state-dir: "%s"}
                """
                        .formatted(server.uri(), sink, server.uri(), folder.resolve("state")));
    }

    private void export(SealOptions options) throws Exception {
        try (SealScene scene = new SealScene(options, 1);
                MetadataStore store = MetadataStore.open(
                        MetadataOptions.of(JobFiles.read(jobFile)).orElseThrow())) {
            store.records()
                    .write(
                            Optional.empty(),
                            JobRecord.first(
                                    "geo",
                                    new Start("1".repeat(32), Optional.empty(), "name: geo\n", Optional.empty()),
                                    new Author("process 7 on quay", "2026-11-23T03:00:00Z")));
            Attempt attempt = store.leases().begin(1);
            RootsCommandTest.export(scene, () -> {
                scene.barrier();
                List<MetadataEntry> entries = new ArrayList<>();
                for (WindowOutput output : scene.outputs()) {
                    add(output, entries);
                }
                scene.outputs().clear();
                scene.write(folder.resolve("none"));
                store.leases().commit(attempt, 1, entries);
            });
        }
    }

    private static void add(WindowOutput output, List<MetadataEntry> entries) throws Exception {
        if (output instanceof Sealed sealed) {
            List<byte[]> alone = Manifest.alone(sealed.json());
            for (long window = Math.max(sealed.window(), sealed.replaced() + 1); window <= sealed.last(); window++) {
                byte[] json = alone.get((int) (window - sealed.window()));
                entries.add(new SealedManifest(sealed.generation(), sealed.namespace(), window, json));
                if (window == 30) {
                    Delivery delivery = new Placed(sealed.namespace(), 30, "all", 0, 5, 5, 1, "t");
                    entries.add(new SinkReceipt(
                            sealed.generation(),
                            sealed.namespace(),
                            window,
                            "kafka",
                            SealScene.receipt(json, "kafka", List.of(delivery))));
                }
            }
        } else if (output instanceof Rooted root) {
            entries.add(new SealedRoot(root.generation(), root.window(), root.last(), root.json()));
        }
    }

    private void export() throws Exception {
        export(SealScene.options(60));
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
        assertThat(run("verify-chain", jobFile.toString())).as(output).isEqualTo(1);
        assertThat(output.lines()).as(output).anyMatch(line -> List.of(parts).stream()
                .allMatch(line::contains));
    }

    private static MongoCollection<Document> in(String collection) {
        return client.getDatabase("penstock").getCollection(collection);
    }

    private static Bson at(String namespace, long window) {
        return Filters.and(Filters.eq("namespace", namespace), Filters.eq("window", window));
    }

    @Test
    void aJobWithoutFilesIsListedShownAndCheckedFromItsStore() throws Exception {
        export();
        assertThat(run("verify-chain", jobFile.toString())).as(output).isZero();
        assertThat(output)
                .contains("geo in the metadata store: 80 manifests, 8 roots, 2 receipts; files were not checked")
                .contains("generation 7: the last root is ")
                .contains("as it was sealed");
        assertThat(run("verify-chain", "--json", jobFile.toString())).isZero();
        assertThat(output).contains("\"filesChecked\" : false").contains("\"roots\" : 8");

        assertThat(run("list", jobFile.toString(), "--namespace", "geo.rivers")).isZero();
        assertThat(output.lines().filter(line -> line.contains("window  "))).hasSize(40);
        assertThat(run("list", jobFile.toString(), "--last", "12")).isZero();
        assertThat(output.lines().filter(line -> line.contains("window  "))).hasSize(2 * 13);
        assertThat(run("show", jobFile.toString(), "15", "--namespace", "geo.cities"))
                .isZero();
        assertThat(output).contains("\"window\" : 15");
        assertThat(run("show", jobFile.toString(), "40")).isEqualTo(1);
        assertThat(output).contains("window 40 is not sealed");
    }

    @Test
    void ofAJobWithBothTheStoreIsReadWhenItIsAskedFor() throws Exception {
        export();
        Path both = job("both.yaml", "{type: files, path: \"" + folder.resolve("export") + "\"}");
        assertThat(run("verify-chain", both.toString())).isEqualTo(1);
        assertThat(output).contains("there are no manifests in");
        assertThat(run("verify-chain", "--store", both.toString())).as(output).isZero();
        assertThat(run("verify-chain", "--store", folder.toString())).isEqualTo(2);
        assertThat(output).contains("is a folder");
    }

    @Test
    void aStoreThatHasNothingOfTheJob() throws Exception {
        assertThat(run("verify-chain", jobFile.toString())).isEqualTo(1);
        assertThat(output).contains("there are no manifests of geo in its metadata store");
    }

    @Test
    void theLastManifestOfOneCollection() throws Exception {
        export();
        in("manifests").deleteOne(at("geo.rivers", 39));
        assertFound("roots/7/31", "lists the manifest of window 39 of geo.rivers, which is missing");
    }

    @Test
    void aCollectionAsAWhole() throws Exception {
        export();
        in("manifests").deleteMany(Filters.eq("namespace", "geo.rivers"));
        assertFound("roots/7/0", "window 0 of geo.rivers, which is missing");
    }

    @Test
    void aManifestOrARootInTheMiddle() throws Exception {
        export();
        in("manifests").deleteOne(at("geo.rivers", 15));
        assertFound("manifests/7/geo.rivers/16", "that of window 15 is missing");
        client.getDatabase("penstock").drop();
        export();
        in("roots").deleteOne(Filters.eq("window", 20));
        assertFound("roots/7/21", "does not follow the root of window 19");
        assertFound("manifests/7/geo.cities/20", "the root of window 20 is missing");
    }

    @Test
    void oneThatWasChangedOrCopied() throws Exception {
        export();
        String json = in("manifests").find(at("geo.rivers", 20)).first().getString("json");
        in("manifests").updateOne(at("geo.rivers", 20), Updates.set("json", json.replace("\"u\":0", "\"u\":1")));
        assertFound("manifests/7/geo.rivers/20: was changed");
        in("manifests").updateOne(at("geo.rivers", 20), Updates.set("json", json));
        String other = in("manifests").find(at("geo.cities", 20)).first().getString("json");
        in("manifests").updateOne(at("geo.rivers", 20), Updates.set("json", other));
        assertFound("manifests/7/geo.rivers/20: holds a manifest of geo.cities");
        in("manifests").updateOne(at("geo.rivers", 20), Updates.set("json", json));
        in("receipts").updateOne(at("geo.rivers", 30), Updates.set("window", 31L));
        assertFound("receipts/7/geo.rivers/31/kafka: holds the receipt of window 30");
    }

    /** As when the beginning has expired, or the job got its store late. */
    @Test
    void aBeginningThatIsNotThereIsSaidAndIsNoFault() throws Exception {
        export();
        Bson before = Filters.lt("window", 12L);
        in("manifests").deleteMany(before);
        in("roots").deleteMany(before);
        assertThat(run("verify-chain", jobFile.toString())).as(output).isZero();
        assertThat(output)
                .contains("manifests/7/geo.rivers/12: the chain of geo.rivers begins here with window 12")
                .contains("the roots of generation 7 begin here with window 20")
                .contains("as it was sealed");
        // A root that covers windows of which the first are gone.
        client.getDatabase("penstock").drop();
        export();
        in("manifests").deleteMany(before);
        in("roots").deleteMany(Filters.lt("window", 11L));
        assertThat(run("verify-chain", jobFile.toString())).as(output).isZero();
        // What is missing behind the beginning is missed.
        in("manifests").deleteOne(at("geo.rivers", 20));
        assertFound("lists the manifest of window 20 of geo.rivers, which is missing");
    }

    @Test
    void theEndOfAllChainsIsMissedByWhoKeptAHash() throws Exception {
        export();
        String last = in("roots").find(Filters.eq("window", 31L)).first().getString("lastRootHash");
        assertThat(run("verify-chain", "--kept", last, jobFile.toString())).isZero();
        in("manifests").deleteMany(Filters.gte("window", 31L));
        in("roots").deleteMany(Filters.gte("window", 31L));
        assertThat(run("verify-chain", jobFile.toString())).isZero();
        assertThat(run("verify-chain", "--kept", last, jobFile.toString())).isEqualTo(1);
        assertThat(output).contains("the chain's end was cut off or replaced");
    }

    @Test
    void aSignatureStandsForTheWindowsBeforeItInWhichNothingHappened() throws Exception {
        export(SealScene.signed(60, RootsCommandTest.KEY));
        in("receipts").deleteMany(new Document());
        Path key = Files.writeString(folder.resolve("public.pem"), RootsCommandTest.PUBLIC_KEY);
        assertThat(run("verify-chain", "--public-key", key.toString(), jobFile.toString()))
                .as(output)
                .isZero();
        assertThat(output).doesNotContain("unsigned");
        in("roots").deleteMany(Filters.gte("window", 31L));
        assertThat(run("verify-chain", "--public-key", key.toString(), jobFile.toString()))
                .isEqualTo(1);
        assertThat(output).contains("manifests/7/geo.rivers/39: is not signed");
    }
}
