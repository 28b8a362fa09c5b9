/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import io.penstock.job.ExportView;
import io.penstock.record.Key;
import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.spec.JobSpec;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.mongo.Stores;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.flink.util.IOUtils;
import org.awaitility.Awaitility;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * The metadata store, a server of its own, is killed and comes back after a while, under load; source and files are there all the time. The
 * job must not fail; afterwards nothing is missing, in the files or in the store. Used by one thread.
 */
final class StoreAway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String PROBE = "probe";
    private static final int DOCUMENTS = 1_000;
    private static final int WARM_UP_WINDOWS = 5;

    private final Path folder;
    private final Path job;
    private final String text;
    private final Consumer<String> says;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<String> problems = new ArrayList<>();
    private final Source source;
    private final Source keeper;
    private final MetadataStore store;
    private final Export export;
    private final Load load;
    private final BsonTimestamp begin;
    private int commands;
    private int probes;

    private StoreAway(Path folder, long seed, int perSecond, Consumer<String> says) throws Exception {
        this.folder = folder;
        this.says = says;
        source = opened(Source.start(folder.resolve("server")));
        keeper = opened(Source.start(folder.resolve("store")));
        export = Export.files(folder.resolve("export"), "ndjson");
        text =
                """
                name: kept
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [%s]
                windows: {every: 1 s}
                metadata: {uri: "%s", lease: 10 s}
                pipeline: {parallelism: 2, checkpoint-interval: 1 s, state-dir: "%s"}
                """
                        .formatted(source.uri(), export.sink(), keeper.uri(), folder.resolve("state"));
        job = Files.writeString(folder.resolve("job.yaml"), text);
        JobSpec spec = JobSpec.parse("job.yaml", text, Map.<String, String>of()::get);
        store = opened(MetadataStore.open(MetadataOptions.of(spec).orElseThrow()));
        begin = write();
        source.writer(seed).fill(DOCUMENTS);
        load = opened(new Load(source.writer(seed + 1), documents(), DOCUMENTS, perSecond));
    }

    /**
     * Runs it.
     *
     * @param seconds how long the store is away
     * @param perSecond pairs of writes to the source
     * @return what went wrong, empty when nothing did
     */
    static List<String> run(Path folder, long seed, int seconds, int perSecond, Consumer<String> says)
            throws Exception {
        try (StoreAway drill = new StoreAway(folder, seed, perSecond, says)) {
            drill.go(seconds);
            return drill.problems;
        }
    }

    private void go(int seconds) throws Exception {
        try (Child run = opened(Child.penstock("run", folder, Map.of(), "run", job.toString()))) {
            run.await("web UI");
            until(run, () -> inStore().size() >= WARM_UP_WINDOWS);
            long attempt = store.leases().read().orElseThrow().attempt().number();

            int changesBefore = export.read().changes();
            int windowsBefore = besideTheFiles().size();
            long bytesBefore = bytes();
            long writesBefore = load.writes();
            // Killed, and started again in the end.
            keeper.away("KILL", seconds);
            long back = System.nanoTime();
            int committed = export.read().changes() - changesBefore;
            int sealed = besideTheFiles().size() - windowsBefore;
            long bytes = bytes() - bytesBefore;
            long writes = load.writes() - writesBefore;
            require(run.isAlive(), "the run has ended: " + run.output());

            write();
            until(run, this::probeIsExported);
            long arrived = millisSince(back);
            long last = lastWindow(besideTheFiles());
            until(run, () -> lastWindow(inStore()) >= last);
            long caughtUp = millisSince(back);
            says.accept(String.format(
                    "away for %d s: %d writes to the source meanwhile, %d bytes written by the job, %d changes and %d windows"
                            + " committed; back: a write made then is in the files after %.1f s, and in the store is all that they"
                            + " have after %.1f s",
                    seconds, writes, bytes, committed, sealed, arrived / 1000.0, caughtUp / 1000.0));

            load.close();
            History history = History.read(documents(), begin, write());
            until(run, () -> differences(history).isEmpty());
            long end = lastWindow(besideTheFiles());
            until(run, () -> lastWindow(inStore()) >= end && lastRoot() >= end);
            long now = store.leases().read().orElseThrow().attempt().number();
            require(now == attempt, "the job was restarted: attempt " + now + " instead of " + attempt);
            require(run.stop() == 0, "the run could not be stopped: " + run.output());
            String output = run.output();
            long warnings = output.lines()
                    .filter(line -> line.contains("It is waited for"))
                    .count();
            require(!output.contains("ERROR"), "errors: " + output);
            compare(history, end, warnings);
        }
    }

    private void compare(History history, long end, long warnings) throws Exception {
        ExportView view = export.read();
        List<String> differences = differences(history);
        require(
                differences.isEmpty(),
                "the export differs: " + differences.subList(0, Math.min(5, differences.size())));
        require(load.lostByTheServer().isEmpty(), "the server has lost " + load.lostByTheServer());
        require(view.doubled() == 0, view.doubled() + " changes are there twice");
        require(view.backwards() == 0, view.backwards() + " changes go backwards");
        Map<Long, String> files = upTo(end, besideTheFiles());
        Map<Long, String> kept = upTo(end, inStore());
        require(
                files.equals(kept),
                "manifests of " + files.size() + " windows beside the files, of " + kept.size() + " in the store,"
                        + " and not the same");
        String ofFiles = checked("windows", "verify-chain");
        String ofStore = checked("windows", "verify-chain", "--store");
        says.accept(String.format(
                "%d writes, %d changes exported, %d losses, %d doubled, %d backwards; %d windows beside the files, %d of them"
                        + " the same in the store; %d warnings of the store in the log; files: %s; store: %s",
                load.writes(),
                view.changes(),
                differences.size(),
                view.doubled(),
                view.backwards(),
                files.size(),
                files.entrySet().stream()
                        .filter(manifest -> manifest.getValue().equals(kept.get(manifest.getKey())))
                        .count(),
                warnings,
                ofFiles,
                ofStore));
    }

    /** The manifest of each window, as it would lie alone. */
    private Map<Long, String> besideTheFiles() throws IOException {
        Map<Long, String> manifests = new TreeMap<>();
        for (Found found : Manifests.find(folder.resolve("export").toString())) {
            List<byte[]> alone = Manifest.alone(Manifests.read(found).bytes());
            for (int i = 0; i < alone.size(); i++) {
                manifests.put(found.window() + i, text(alone.get(i)));
            }
        }
        return manifests;
    }

    private Map<Long, String> inStore() throws IOException {
        Map<Long, String> manifests = new TreeMap<>();
        for (SealedManifest manifest : Stores.manifests(store)) {
            manifests.put(manifest.window(), text(manifest.json()));
        }
        return manifests;
    }

    private long lastRoot() throws IOException {
        return Stores.roots(store).stream().mapToLong(SealedRoot::last).max().orElse(Long.MIN_VALUE);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static long lastWindow(Map<Long, String> manifests) {
        return manifests.keySet().stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE);
    }

    private static Map<Long, String> upTo(long last, Map<Long, String> manifests) {
        return new TreeMap<>(manifests).headMap(last, true);
    }

    /** Of data files that are committed and that wait for it. */
    private long bytes() throws IOException {
        try (var files = Files.walk(folder.resolve("export"))) {
            return files.map(Path::toFile)
                    .filter(file -> file.getName().contains("part-"))
                    .mapToLong(java.io.File::length)
                    .sum();
        }
    }

    private void until(Child run, Callable<Boolean> isSo) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            if (!run.isAlive()) {
                throw new IllegalStateException(run.endedByItself());
            }
            return isSo.call();
        });
    }

    private MongoCollection<Document> documents() {
        return source.client().getDatabase(Source.DATABASE).getCollection(Source.COLLECTION);
    }

    private BsonTimestamp write() {
        try (ClientSession session = source.client().startSession()) {
            documents()
                    .replaceOne(
                            session,
                            Filters.eq(PROBE),
                            new Document("_id", PROBE).append("n", ++probes),
                            new ReplaceOptions().upsert(true));
            return session.getOperationTime();
        }
    }

    private boolean probeIsExported() throws IOException {
        ByteBuffer expected = ExportView.documents(source.documents().filter(Filters.eq(PROBE)))
                .values()
                .iterator()
                .next();
        byte[] found = export.read().document(Key.of(expected.array()));
        return found != null && expected.equals(ByteBuffer.wrap(found));
    }

    private List<String> differences(History history) throws IOException {
        List<String> differences = new ArrayList<>(export.read().differences(source.documents()));
        differences.addAll(history.differences(export.read()));
        return differences;
    }

    private String checked(String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add(job.toString());
        try (Child check =
                Child.penstock(++commands + "-" + command[1], folder, Map.of(), arguments.toArray(String[]::new))) {
            require(check.exitCode(PATIENCE) == 0, String.join(" ", command) + ":\n" + check.output());
            return check.output()
                    .lines()
                    .filter(line -> line.contains("manifests,"))
                    .findFirst()
                    .orElse("");
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
            says.accept("WRONG: " + otherwise);
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.push(one);
        return one;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(opened);
    }
}
