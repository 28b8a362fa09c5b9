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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.util.IOUtils;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * A job ({@code run}, restarts as they are by default) exports to one target, which goes away under load and comes back; what it has in
 * the end is compared with the source. Used by one thread.
 */
final class TargetOutage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int DOCUMENTS = 1_000;
    private static final int WRITES_A_SECOND = 25;

    /** Enough that every subtask, whose changes arrive together, has some of them. */
    private static final List<String> PROBES =
            IntStream.range(0, 16).mapToObj(i -> "probe " + i).toList();

    private static final String RESTARTED = "the job failed and was started again";

    private final Path folder;
    private final Consumer<String> says;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Source source;
    private Proxy network;
    private Target target;
    private Path job;
    private Load load;
    private BsonTimestamp begin;
    private Child run;
    private int lives;
    private int restarts;
    private int probes;

    private TargetOutage(Path folder, Consumer<String> says) {
        this.folder = folder;
        this.says = says;
    }

    private void begin(String name, Way way, long seed) throws Exception {
        network = opened(new Proxy(() -> target.port()));
        target = opened(Target.ALL
                .get(name)
                .in(Files.createDirectories(folder.resolve(name)), way == Way.FULL_DISK, network.port()));
        source = opened(Source.start(folder.resolve("source")));
        job = Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: outage
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [%s]
                pipeline: {parallelism: 2, checkpoint-interval: 1 s, state-dir: "%s"}
                """
                        .formatted(source.uri(), target.sink(), folder.resolve("state")));
        begin = write();
        source.writer(seed).fill(DOCUMENTS);
        load = opened(new Load(source.writer(seed + 1), documents(), DOCUMENTS + DOCUMENTS / 10, WRITES_A_SECOND));
    }

    /** Whether it can be done here: for a full disk one has to be mounted. */
    static boolean isPossible(String target, Way way) {
        return way != Way.FULL_DISK || target.equals("mongodb") || Disk.isAllowed();
    }

    /**
     * Runs it.
     *
     * @param target one of {@link Target#NAMES}
     * @param seconds how long it is away
     * @param says gets what a reader should know
     */
    static OutageRow run(Path folder, String target, Way way, int seconds, long seed, Consumer<String> says)
            throws Exception {
        try (TargetOutage drill = new TargetOutage(folder, says)) {
            drill.begin(target, way, seed);
            return drill.go(target, way, seconds, seed);
        }
    }

    private OutageRow go(String name, Way way, int seconds, long seed) throws Exception {
        start();
        write();
        require(reached(this::probesArrived), "the first changes did not arrive: " + run.output());

        long writesBefore = load.writes();
        long attemptsBefore = network.accepted();
        leave(way);
        TimeUnit.SECONDS.sleep(seconds);
        comeBack(way);
        long back = System.nanoTime();
        long attempts = network.accepted() - attemptsBefore;
        long writesMeanwhile = load.writes() - writesBefore;
        write();
        says.accept(name + " " + way + ": attempts during the outage: " + attempts + ", writes to the source: "
                + writesMeanwhile);
        long drainMillis = reached(this::probesArrived)
                ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back)
                : OutageRow.NEVER;

        load.close();
        History history = History.read(documents(), begin, write());
        reached(() -> differences(history).isEmpty());
        boolean lived = lives == 1 && run.isAlive();
        if (run.isAlive()) {
            require(run.stop() == 0, "the run could not be stopped: " + run.output());
        }
        addRestarts();
        // Once more: what a stop exports still must not be there twice.
        List<String> lost = new ArrayList<>(load.lostByTheServer());
        lost.addAll(differences(history));
        if (!lost.isEmpty()) {
            says.accept("lost: " + lost.subList(0, Math.min(5, lost.size())));
        }
        Target.Content content = target.read();
        return new OutageRow(
                name,
                way,
                seconds,
                seed,
                writesMeanwhile,
                load.writes(),
                lost.size(),
                content.doubled(),
                content.backwards(),
                attempts,
                restarts,
                drainMillis,
                lived);
    }

    private void leave(Way way) throws Exception {
        if (way == Way.CUT) {
            network.refuse(true);
            network.cut();
        }
        target.leave(way);
    }

    private void comeBack(Way way) throws Exception {
        target.comeBack(way);
        if (way == Way.CUT) {
            network.refuse(false);
        }
    }

    private void start() throws IOException {
        run = opened(Child.penstock("run-" + ++lives, folder, Map.of(), "run", job.toString()));
        run.await("web UI");
    }

    /** Waits for something, and starts the job as an operator would when its process has ended. False when it never came. */
    private boolean reached(Callable<Boolean> isSo) {
        try {
            Awaitility.await().atMost(PATIENCE).pollInterval(POLL).until(() -> {
                if (!run.isAlive()) {
                    says.accept("WRONG: " + run.endedByItself());
                    addRestarts();
                    start();
                }
                return isSo.call();
            });
            return true;
        } catch (ConditionTimeoutException never) {
            return false;
        }
    }

    /** Counts, and says why, each time once: the process prints a line each time. */
    private void addRestarts() {
        List<String> failures =
                run.output().lines().filter(line -> line.contains(RESTARTED)).toList();
        restarts += failures.size();
        failures.stream().distinct().forEach(says);
    }

    private List<String> differences(History history) throws IOException {
        Map<String, ?> expected = target.expected(source.documents());
        Map<String, ?> found = target.read().documents();
        Set<String> keys = new HashSet<>(expected.keySet());
        keys.addAll(found.keySet());
        List<String> differences = new ArrayList<>(keys.stream()
                .filter(key -> !expected.containsKey(key) || !expected.get(key).equals(found.get(key)))
                .sorted()
                .toList());
        differences.addAll(target.differences(history));
        return differences;
    }

    private MongoCollection<Document> documents() {
        return source.client().getDatabase(Source.DATABASE).getCollection(Source.COLLECTION);
    }

    /** Writes the documents whose way is timed; the cluster time of the last one. */
    private BsonTimestamp write() {
        probes++;
        try (ClientSession session = source.client().startSession()) {
            for (String probe : PROBES) {
                documents()
                        .replaceOne(
                                session,
                                Filters.eq(probe),
                                new Document("_id", probe).append("n", probes),
                                new ReplaceOptions().upsert(true));
            }
            return session.getOperationTime();
        }
    }

    private boolean probesArrived() throws IOException {
        Map<String, ?> expected = target.expected(source.documents().filter(Filters.in("_id", PROBES)));
        return target.read().documents().entrySet().containsAll(expected.entrySet());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
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
