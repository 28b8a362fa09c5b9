/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The story that {@code penstock demo} tells: a collection is exported while it is written to, the export is killed in
 * the middle and started again, and in the end its files are compared with the collection, document by document. Every
 * number that it prints is counted, none is known in advance.
 */
final class Demo {
    private static final Namespace NAMESPACE = new Namespace("geo", "cities");
    private static final int BATCH = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TICK_MILLIS = 200;

    private final String uri;
    private final Path cities;
    private final DemoFolder folder;
    private final RunView view;
    private final long seed;
    private final long begun = System.nanoTime();

    /**
     * @param uri of a server that holds nothing yet
     * @param cities NDJSON, compressed by gzip
     */
    Demo(String uri, Path cities, DemoFolder folder, long seed, RunView view) {
        this.uri = uri;
        this.cities = cities;
        this.folder = folder;
        this.seed = seed;
        this.view = view;
    }

    /**
     * Tells it.
     *
     * @return what the comparison at the end found
     */
    Comparison tell() throws Exception {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<BsonDocument> source =
                    client.getDatabase(NAMESPACE.database()).getCollection(NAMESPACE.collection(), BsonDocument.class);
            List<BsonValue> ids = load(source);
            step("source", NAMESPACE + ": " + RunView.number(ids.size()) + " cities (GeoNames, CC BY 4.0)");
            ExportedFiles export = new ExportedFiles(folder.export());
            long exportBegun;
            try (DemoWriter writer = new DemoWriter(source, ids, seed)) {
                writer.start();
                step("writer", "inserts, updates, replaces and deletes, while the export runs");
                exportBegun = System.nanoTime();
                crash(export, ids.size());
                return recover(source, writer, export, ids.size(), exportBegun);
            }
        }
    }

    private List<BsonValue> load(MongoCollection<BsonDocument> source) throws IOException {
        List<BsonValue> ids = new ArrayList<>();
        List<BsonDocument> batch = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(cities)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                BsonDocument city = BsonDocument.parse(line);
                ids.add(city.get("_id"));
                batch.add(city);
                if (batch.size() == BATCH) {
                    source.insertMany(batch);
                    batch.clear();
                }
            }
        }
        if (!batch.isEmpty()) {
            source.insertMany(batch);
        }
        return ids;
    }

    /** The first run, killed when about a third of the collection is in committed files. */
    private void crash(ExportedFiles export, int total) throws Exception {
        try (ChildRun first = run()) {
            step("export", "started, process " + first.pid());
            await(first, export, total, () -> export.changes() >= total / 3);
            first.kill();
            export.refresh();
            step(
                    "crash",
                    "process " + first.pid() + " killed hard (SIGKILL) with " + RunView.number(export.changes())
                            + " lines exported");
        }
    }

    /** The second run, until it has caught up with a writer that stops at last. */
    private Comparison recover(
            MongoCollection<BsonDocument> source, DemoWriter writer, ExportedFiles export, int total, long exportBegun)
            throws Exception {
        try (ChildRun second = run()) {
            step("recovery", "started again, process " + second.pid() + ", from the last checkpoint");
            await(second, export, total, () -> export.documents() >= total * 95L / 100);
            writer.close();
            step("writer", "stopped after " + RunView.number(writer.changes()) + " changes");
            await(
                    second,
                    export,
                    total,
                    () -> export.documents() == source.countDocuments()
                            && compare(source, export).losses() == 0);
            long seconds = Math.max(1, (System.nanoTime() - exportBegun) / 1_000_000_000);
            int exitCode = second.stop(30);
            if (exitCode != 0) {
                throw Failure.failed(
                        "the export did not stop cleanly: exit code " + exitCode + ", see " + folder.output());
            }
            step("export", "caught up and stopped with a savepoint");
            // Once more from the first byte on: what counts is what is in the files now.
            ExportedFiles all = new ExportedFiles(folder.export());
            all.refresh();
            Comparison found = compare(source, all);
            report(found, all, seconds);
            return found;
        }
    }

    private ChildRun run() throws IOException {
        return ChildRun.start(folder.job(), folder.root(), Map.of("MONGODB_URI", uri), folder.output());
    }

    private static Comparison compare(MongoCollection<BsonDocument> source, ExportedFiles export) {
        return Comparison.of(source.withDocumentClass(RawBsonDocument.class).find(), export);
    }

    private void await(ChildRun child, ExportedFiles export, int total, BooleanSupplier reached) throws Exception {
        long progress = System.nanoTime();
        boolean fresh = true;
        while (!fresh || !reached.getAsBoolean()) {
            if (child.ended(TICK_MILLIS)) {
                child.requireAlive();
            }
            fresh = export.refresh() > 0;
            if (fresh) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw Failure.failed(
                        "the export made no progress for " + PATIENCE.toSeconds() + " seconds, see " + folder.output());
            }
            view.draw("          exported   " + RunView.number(export.changes()) + " lines, "
                    + RunView.number(export.documents()) + " documents of about " + RunView.number(total));
        }
    }

    private void report(Comparison found, ExportedFiles export, long seconds) {
        view.say("");
        view.say("Source and export compared, document by document and byte by byte:");
        fact("source", RunView.number(found.source()) + " documents");
        fact("export", RunView.number(found.exported()) + " documents" + (found.equal() ? ", the same" : ""));
        fact(
                "moved",
                RunView.number(export.changes()) + " changes in " + seconds + " s ("
                        + RunView.number(export.changes() / seconds)
                        + "/s, the crash and two starts included): " + RunView.number(export.changes(Op.READ))
                        + " snapshot rows, "
                        + RunView.number(export.changes(Op.CREATE)) + " inserts, "
                        + RunView.number(export.changes(Op.UPDATE))
                        + " updates, " + RunView.number(export.changes(Op.DELETE)) + " deletes");
        fact("duplicates", RunView.number(found.duplicates()));
        fact("losses", RunView.number(found.losses() + found.surplus()));
        if (!found.equal()) {
            fact("for example", found.lost().toString());
        }
        fact("files", folder.export().resolve(NAMESPACE.toString()) + " (" + export.files() + " files)");
        fact("job file", folder.job().toString());
    }

    private void step(String what, String sentence) {
        view.say(String.format(
                "%7s  %-9s  %s", RunView.seconds((System.nanoTime() - begun) / 1_000_000), what, sentence));
    }

    private void fact(String what, String value) {
        view.say(String.format("  %-12s %s", what, value));
    }
}
