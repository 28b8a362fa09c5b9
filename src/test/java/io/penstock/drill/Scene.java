/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import io.penstock.source.Proxy;
import io.penstock.store.JobRecords;
import io.penstock.store.StateDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.util.IOUtils;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * A source, a Kafka broker, a Flink cluster with the job on it, each in processes of their own, a network that can be harmed in front
 * of the source, and a load of writes. Used by one thread.
 */
final class Scene implements AutoCloseable {
    /** The {@code _id} of the document whose way through the job is timed. */
    static final String PROBE = "probe";

    private static final int WRITES_A_SECOND = 25;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    final Random random;
    final boolean highlyAvailable;
    final List<Export> exports = new ArrayList<>();
    final Optional<Disk> disk;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Path state;
    private final Path export;
    private final Consumer<String> says;
    private final Setup setup;
    Source source;
    Proxy proxy;
    Optional<Broker> broker = Optional.empty();
    Flink flink;
    Verbs verbs;
    private Rest rest;
    private Load load;
    private BsonTimestamp begin;
    private int probes;

    /** @param says gets what a reader should know */
    static Scene open(Path folder, Setup setup, Consumer<String> says) throws Exception {
        Scene scene = new Scene(folder, setup, says);
        try {
            scene.begin(folder);
            return scene;
        } catch (Exception | Error e) {
            try {
                scene.close();
            } catch (Exception left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private Scene(Path folder, Setup setup, Consumer<String> says) throws IOException, InterruptedException {
        this.setup = setup;
        this.random = new Random(setup.seed());
        this.highlyAvailable = setup.highlyAvailable();
        this.says = says;
        this.export = folder.resolve("export");
        this.state = folder.resolve("state");
        this.disk = Disk.mount(state.resolve("checkpoints"));
        disk.ifPresent(one -> opened.push(one::unmount));
    }

    private void begin(Path folder) throws Exception {
        source = opened(Source.start(folder.resolve("server")));
        proxy = opened(new Proxy(source.port()));
        if (setup.sinks().files()) {
            exports.add(Export.files(export, random.nextBoolean() ? "ndjson" : "bson"));
        }
        if (setup.sinks().kafka()) {
            Broker one = opened(Broker.start(folder.resolve("broker")));
            long timeout = TimeUnit.SECONDS.toMillis(setup.transactionSeconds());
            exports.add(opened(new Topic(one, Map.of("transaction.timeout.ms", Long.toString(timeout)))));
            broker = Optional.of(one);
        }
        Path job = job(folder);
        begin = write();
        source.writer(setup.seed()).fill(setup.documents());
        flink = opened(new Flink(folder.resolve("cluster"), highlyAvailable));
        rest = new Rest(flink.address());
        verbs = new Verbs(folder, flink, job);
        load = opened(new Load(source.writer(setup.seed() + 1), documents(), setup.keys(), WRITES_A_SECOND));
        verbs.done("submit");
    }

    private Path job(Path folder) throws IOException {
        String sinks = String.join(", ", exports.stream().map(Export::sink).toList());
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: drill
                source:
                  uri: "mongodb://127.0.0.1:%d/?directConnection=true"
                  collections: [shop.orders]
                  snapshot: {split-size: 16 kb, max-documents-per-second: %d}
                sinks: [%s]
                pipeline: {parallelism: 4, checkpoint-interval: 1 s, checkpoint-timeout: %d s, state-dir: "%s"}
                """
                        .formatted(
                                proxy.port(),
                                setup.documents() / setup.snapshotSeconds(),
                                sinks,
                                setup.checkpointSeconds(),
                                state));
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.push(one);
        return one;
    }

    private MongoCollection<Document> documents() {
        return source.client().getDatabase(Source.DATABASE).getCollection(Source.COLLECTION);
    }

    /** Writes the document that is timed; the cluster time of that. */
    BsonTimestamp write() {
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

    /** Writes, to see when that arrives. */
    Recovery recovery() {
        return new Recovery(this);
    }

    /** A moment from the seed, at most so long. */
    void pause(int most) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(most));
    }

    /** To be called before the job is sent back to an older state. */
    void goesBack() throws IOException {
        for (Export export : exports) {
            export.read().nextLife();
        }
    }

    /** Where the present life's checkpoints are. */
    Path checkpoints() throws IOException {
        return state.resolve("checkpoints").resolve(flinkJob());
    }

    private String flinkJob() throws IOException {
        return JobRecords.in(StateDir.of(state.toString()).toString())
                .read()
                .orElseThrow()
                .value()
                .flinkJob();
    }

    /** Flink's word for what the present life does. */
    String state() throws IOException, InterruptedException {
        return rest.state(flinkJob());
    }

    /** Why the present life was started again, each time, in short. */
    List<String> failures() throws IOException, InterruptedException {
        return rest.failures(flinkJob());
    }

    /** How many files are sealed and not committed: hidden ones that belong to a complete checkpoint. */
    long uncommittedFiles(long checkpoint) throws IOException {
        Path namespace = export.resolve(Source.DATABASE + "." + Source.COLLECTION);
        if (!Files.exists(namespace)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(namespace)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".part-"))
                    .filter(name -> Long.parseLong(name.split("-")[5]) <= checkpoint)
                    .count();
        }
    }

    /** Something that the drill's reader should know. */
    void note(String sentence) {
        says.accept(sentence);
    }

    /** Ends the load, waits until the exports have everything, and compares. */
    Report report(String drill, List<Duration> recoveries, long begun) throws Exception {
        load.close();
        History history = History.read(documents(), begin, write());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> differences = differences(history);
        while (!differences.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(300);
            differences = differences(history);
        }
        List<String> losses = new ArrayList<>(load.lostByTheServer());
        losses.addAll(differences);
        int changes = 0;
        int doubled = 0;
        int backwards = 0;
        for (Export export : exports) {
            changes += export.read().changes();
            doubled += export.read().doubled();
            backwards += export.read().backwards();
        }
        return new Report(
                drill,
                recoveries.size(),
                recoveries,
                load.writes(),
                changes,
                exports.get(0).read().size(),
                losses,
                doubled,
                backwards,
                Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }

    private List<String> differences(History history) throws IOException {
        List<String> differences = new ArrayList<>();
        for (Export export : exports) {
            differences.addAll(export.read().differences(source.documents()));
            differences.addAll(history.differences(export.read()));
        }
        return differences;
    }

    /** All of it, whatever fails on the way: no process and no file system is left behind. */
    @Override
    public void close() throws Exception {
        IOUtils.closeAll(opened);
    }
}
