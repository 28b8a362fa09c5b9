/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.SteppedClock;
import io.penstock.drill.SealedHistory.Compared;
import io.penstock.job.ExportView;
import io.penstock.job.MixedWriter;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.window.SealScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * One history, whose cluster times a script sets, exported three times by processes of their own: at parallelism 1 in one go; at 4, killed
 * twice; and in increments, as cron would. Documents of all types are written, alone and in transactions; a collection is created and
 * dropped, another renamed in.
 */
final class SameWindows implements AutoCloseable {
    private static final int WINDOW = 10;
    private static final int SECONDS_A_STEP = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Namespace ORDERS = new Namespace("shop", "orders");
    private static final String LATE = "late";
    private static final String IN_ONE_GO = "parallelism 1, in one go";

    /**
     * How much.
     *
     * @param documents of the snapshot, at most
     * @param nights how many increments follow the first
     * @param steps between two of them, each {@value #SECONDS_A_STEP} seconds of the source's time
     * @param writes in a step
     */
    record Size(int documents, int nights, int steps, int writes) {}

    private final Path folder;
    private final Size size;
    private final Consumer<String> says;
    private final Random random;
    private final SteppedClock clock = ServerClock.steppedFrom(1_700_000_003);
    private final DevServer server;
    private final MongoClient client;
    private final MixedWriter writer;
    private final List<Child> children = new ArrayList<>();
    private int left;
    private long writes;

    SameWindows(Path folder, long seed, Size size, Consumer<String> says) throws IOException {
        this.folder = folder;
        this.size = size;
        this.says = says;
        this.random = new Random(seed);
        // An ambiguous update is looked up at its own time. The increments come late, so that time has to be readable
        // for long.
        this.server = DevServer.builder()
                .clock(clock)
                .snapshotWindowSeconds(1_000_000)
                .dataDirectory(Files.createDirectories(folder.resolve("server")))
                .start();
        this.client = MongoClients.create(server.uri());
        this.writer = new MixedWriter(client, ORDERS.database(), ORDERS.collection(), seed);
    }

    /** What came out: by export its windows, and how many of them differ from those of the first. */
    record Table(
            long writes,
            Map<String, SealedHistory> exports,
            Map<String, Compared> compared,
            boolean isTheCollection,
            long seconds) {
        boolean good() {
            return isTheCollection
                    && compared.values().stream()
                            .allMatch(each ->
                                    each.windows() > 0 && each.differing().isEmpty());
        }

        /** The least number of windows that were compared with the first export's. */
        int least() {
            return compared.values().stream().mapToInt(Compared::windows).min().orElse(0);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(String.format(
                    "%d writes to the source, %d s%n%-44s %8s %9s %10s",
                    writes, seconds, "export", "windows", "compared", "differing"));
            exports.forEach((name, export) -> {
                Compared with = compared.get(name);
                text.append(String.format("%n%-44s %8d", name, export.windows()));
                text.append(
                        with == null
                                ? ""
                                : String.format(
                                        " %9d %10d",
                                        with.windows(), with.differing().size()));
                if (with != null && !with.differing().isEmpty()) {
                    text.append(" ")
                            .append(with.differing()
                                    .subList(0, Math.min(5, with.differing().size())));
                }
            });
            text.append(String.format(
                    "%nthe last window's digest is that of the source's documents: %s",
                    isTheCollection ? "yes" : "NO"));
            return text.toString();
        }
    }

    Table run() throws Exception {
        long begun = System.nanoTime();
        writer.fill(size.documents());
        Child one = start("one", "initial", 1, "");
        // Slow enough that the first kill strikes in the middle of the snapshot.
        Child killed = start("killed", "initial", 4, "max-documents-per-second: " + size.documents() / 10);
        until(() -> killed.output().contains("web UI"), killed);
        until(random.nextInt(3_000));
        killed.kill();
        says.accept("killed once, after " + history("killed").windows() + " windows");
        increment();
        Child again = start("killed", "initial", 4, "");
        until(() -> history("one").windows() > 0, one);

        Child last = again;
        for (int night = 1; night <= size.nights(); night++) {
            left = size.steps();
            int step = left / 2;
            until(() -> left <= step, one);
            structure(night);
            if (night == (size.nights() + 1) / 2) {
                int sealed = history("killed").windows();
                until(() -> history("killed").windows() > sealed, last);
                until(random.nextInt(2_000));
                last.kill();
                says.accept("killed again, after " + history("killed").windows() + " windows");
                last = start("killed", "initial", 4, "");
            }
            until(() -> left == 0, one);
            increment();
        }
        clock.step(WINDOW);
        long end = Math.floorDiv(clock.millis(), WINDOW * 1000L) - 1;
        increment();
        for (String export : List.of("one", "killed")) {
            until(() -> isSealed(export, end), export.equals("one") ? one : last);
        }
        for (Child child : List.of(one, last)) {
            if (child.stop() != 0) {
                throw new IllegalStateException(child.output());
            }
        }
        return table(end, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }

    private Table table(long end, long seconds) throws IOException {
        Map<String, SealedHistory> exports = new LinkedHashMap<>();
        exports.put(IN_ONE_GO, history("one"));
        exports.put("parallelism 4, killed twice", history("killed"));
        exports.put("parallelism 2, " + (size.nights() + 2) + " increments", history("nightly"));
        Map<String, Long> baselines = SealedHistory.latestBaselines(exports.values());
        Map<String, Compared> compared = new LinkedHashMap<>();
        boolean isTheCollection = true;
        String digest = SealScene.digestOf(ORDERS, documents());
        for (Map.Entry<String, SealedHistory> export : exports.entrySet()) {
            if (!export.getKey().equals(IN_ONE_GO)) {
                compared.put(export.getKey(), exports.get(IN_ONE_GO).with(export.getValue(), baselines, end));
            }
            SealedHistory.Window last =
                    export.getValue().byCollection().get(ORDERS.toString()).get(end);
            isTheCollection &= last.whole().equals(digest);
        }
        return new Table(writes, exports, compared, isTheCollection, seconds);
    }

    private boolean isSealed(String export, long window) throws IOException {
        SealedHistory history = history(export);
        return Stream.of(ORDERS.toString(), "shop." + LATE, "shop.renamed")
                .allMatch(collection -> history.last(collection) >= window);
    }

    /** A run of the job of increments, to its end, while the source's time goes on. */
    private void increment() throws Exception {
        Child run = start("nightly", "incremental", 2, "");
        until(() -> !run.isAlive(), null);
        if (run.exitCode(PATIENCE) != 0) {
            throw new IllegalStateException(run.output());
        }
        says.accept("an increment: " + history("nightly").windows() + " windows so far");
    }

    private void structure(int night) {
        if (night == 1) {
            client.getDatabase("shop").getCollection(LATE).insertOne(new Document("_id", 1));
            client.getDatabase("stage").getCollection("in").insertOne(new Document("_id", 1));
            client.getDatabase("stage").getCollection("in").renameCollection(new MongoNamespace("shop", "renamed"));
        } else if (night == 2) {
            client.getDatabase("shop").getCollection(LATE).drop();
        }
    }

    /** Time goes on at the source until something is so, with the writes that are left of the script. */
    private void until(Callable<Boolean> reached, Child alive) throws Exception {
        long begun = System.nanoTime();
        while (!reached.call()) {
            if (alive != null && !alive.isAlive()) {
                throw new IllegalStateException(alive.endedByItself());
            }
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "not within " + PATIENCE + (alive == null ? "" : ":\n" + alive.output()));
            }
            step();
        }
    }

    private void until(int millis) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        until(() -> System.nanoTime() >= end, null);
    }

    private void step() throws InterruptedException {
        if (left > 0) {
            left--;
            clock.step(SECONDS_A_STEP);
            for (int i = 0; i < size.writes(); i++) {
                writer.write(size.documents());
                writes++;
            }
        } else {
            clock.step(1);
        }
        TimeUnit.MILLISECONDS.sleep(100);
    }

    private Child start(String name, String mode, int parallelism, String limit) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Path job = Files.writeString(
                own.resolve("job.yaml"),
                """
                name: %s
                source:
                  uri: ${MONGODB_URI}
                  collections: ['/shop\\..*/']
                  startup: {mode: %s}
                  snapshot: {max-documents-per-split: %d, %s}
                sinks: [{type: files, path: export}]
                windows: {every: %d s}
                pipeline: {parallelism: %d, checkpoint-interval: 500 ms, state-dir: state}
                """
                        .formatted(name, mode, size.documents() / 10, limit, WINDOW, parallelism));
        Child child = Child.penstock(
                "run-" + children.size(), own, Map.of("MONGODB_URI", server.uri()), "run", job.toString());
        children.add(child);
        return child;
    }

    private SealedHistory history(String name) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return SealedHistory.read(folder.resolve(name).resolve("export"));
            } catch (NoSuchFileException e) {
                // A manifest of windows without changes has grown meanwhile: the new one is there, under another name.
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private Map<Key, byte[]> documents() {
        Map<Key, byte[]> documents = new HashMap<>();
        for (RawBsonDocument document : client.getDatabase(ORDERS.database())
                .getCollection(ORDERS.collection(), RawBsonDocument.class)
                .find()) {
            byte[] bytes = ExportView.bytes(document);
            documents.put(Key.of(bytes), bytes);
        }
        return documents;
    }

    @Override
    public void close() throws Exception {
        for (Child child : children) {
            child.close();
        }
        client.close();
        server.close();
    }
}
