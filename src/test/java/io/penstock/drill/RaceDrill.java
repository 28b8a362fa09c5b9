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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.util.IOUtils;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * Two starts of one job at the same moment, five times in five ways, while its collection is written to; the record, the lease and the audit
 * log are in a metadata store, the export is files with manifests. Used by one thread.
 */
final class RaceDrill implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String PROBE = "probe";
    private static final int DOCUMENTS = 1_000;
    private static final int WRITES_A_SECOND = 15;

    /** The job's lease is two seconds. */
    private static final int FROZEN_SECONDS = 5;

    private final Path folder;
    private final Path job;
    private final Consumer<String> says;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<String> problems = new ArrayList<>();
    private final Source source;
    private final Flink flink;
    private final Export export;
    private final Load load;
    private final BsonTimestamp begin;
    private int started;
    private int probes;

    private RaceDrill(Path folder, long seed, Consumer<String> says) throws Exception {
        this.folder = folder;
        this.says = says;
        source = opened(Source.start(folder.resolve("server")));
        export = Export.files(folder.resolve("export"), "ndjson");
        job = Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: raced
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [%s]
                windows: {every: 1 s}
                metadata: {uri: "%s", lease: 2 s}
                pipeline: {parallelism: 2, checkpoint-interval: 1 s, state-dir: "%s"}
                """
                        .formatted(source.uri(), export.sink(), source.uri(), folder.resolve("state")));
        begin = write();
        source.writer(seed).fill(DOCUMENTS);
        flink = opened(new Flink(folder.resolve("cluster"), false));
        load = opened(new Load(source.writer(seed + 1), documents(), DOCUMENTS, WRITES_A_SECOND));
    }

    /** Runs them all; what went wrong, empty when nothing did. */
    static List<String> run(Path folder, long seed, Consumer<String> says) throws Exception {
        try (RaceDrill drill = new RaceDrill(folder, seed, says)) {
            drill.races();
            drill.compare();
            return drill.problems;
        }
    }

    private void races() throws Exception {
        race("submit, submit", command("submit"), command("submit"));
        arrived();
        String life = life();
        try (Child run = race("take-over, take-over", run("--take-over"), run("--take-over"))) {
            arrived();
            overthrown(life);
            stop(run);
        }
        race("resume, resume", command("resume"), command("resume"));
        arrived();
        done("pause");
        try (Child winner = race("run, resume", run(), command("resume"))) {
            arrived();
            if (winner.isAlive()) {
                stop(winner);
            } else {
                done("pause");
            }
        }
        frozen();
    }

    /** Flink's id of the life that the record names. */
    private String life() {
        return source.client()
                .getDatabase("penstock")
                .getCollection("jobs")
                .find(Filters.eq("raced"))
                .first()
                .getString("flinkJob");
    }

    /** The life on the cluster must find that it was taken over, and end for good. */
    private void overthrown(String life) throws Exception {
        Rest rest = new Rest(flink.address());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!rest.state(life).equals("FAILED") && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        String why = String.join("; ", rest.failures(life));
        require(why.contains("LeaseLostException"), "the life on the cluster is " + rest.state(life) + ": " + why);
        says.accept("the life on the cluster, which was taken over, has failed: "
                + why.substring(Math.max(0, why.lastIndexOf("LeaseLostException"))));
    }

    /** A run that stands still for longer than its lease; meanwhile it is begun anew, as on another machine. */
    private void frozen() throws Exception {
        try (Child old = run().start()) {
            old.await("web UI");
            arrived();
            old.signal("STOP");
            TimeUnit.SECONDS.sleep(FROZEN_SECONDS);
            // Another machine would not see that this process, which is frozen and not dead, has the folder.
            Files.delete(folder.resolve("state").resolve("lock"));
            try (Child other = run("--take-over").start()) {
                other.await("web UI");
                arrived();
                old.signal("CONT");
                int code = old.exitCode(PATIENCE);
                require(code == 1, "the frozen run ended with " + code);
                String why = lastLine(old);
                require(why.contains("This run of raced has token"), "the frozen run said: " + why);
                says.accept("frozen for " + FROZEN_SECONDS + " s and continued: " + why);
                arrived();
                stop(other);
            }
        }
    }

    /** With a savepoint, or on a machine that has no time for one without. */
    private void stop(Child run) throws Exception {
        int code = run.stop();
        require(
                code == 0 || run.output().contains("there was no time for a savepoint"),
                "a run could not be stopped: " + run.output());
    }

    /** A command that is about to be typed. */
    private record Contender(String name, Path folder, List<String> arguments) {
        Child start() throws IOException {
            return Child.penstock(name, folder, Map.of(), arguments.toArray(String[]::new));
        }
    }

    private Contender run(String... options) {
        return contender("run", options);
    }

    private Contender command(String verb) {
        return contender(verb, "--cluster", flink.address().toString());
    }

    private Contender contender(String verb, String... options) {
        List<String> arguments = new ArrayList<>(List.of(verb));
        arguments.addAll(Arrays.asList(options));
        arguments.add(job.toString());
        return new Contender(++started + "-" + verb, folder, arguments);
    }

    private void done(String verb) throws Exception {
        try (Child child = command(verb).start()) {
            require(child.exitCode(PATIENCE) == 0, verb + " failed: " + child.output());
        }
    }

    /** Starts both; the one that won, which goes on when it is a run. */
    private Child race(String name, Contender one, Contender other) throws Exception {
        Child first = one.start();
        Child second = other.start();
        opened.push(first);
        opened.push(second);
        boolean firstWon = won(first);
        boolean secondWon = won(second);
        require(
                firstWon != secondWon,
                name + ": " + (firstWon ? "both won" : "none won") + ":\n" + first.output() + "\n" + second.output());
        Child loser = firstWon ? second : first;
        String last = lastLine(loser);
        require(last.startsWith("penstock: ") || last.contains("runs already"), name + ": the loser said " + last);
        require(!audit().contains("(process " + loser.pid() + ")"), name + ": the loser has changed something");
        says.accept(name + ": " + (firstWon ? one.name() : other.name()) + " won; the other said: " + last);
        return firstWon ? first : second;
    }

    private static boolean won(Child child) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!child.ended(200)) {
            if (child.output().contains("web UI")) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no end:\n" + child.output());
            }
        }
        return child.exitCode(PATIENCE) == 0 && !child.output().contains("runs already");
    }

    private static String lastLine(Child child) {
        List<String> lines =
                child.output().lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private String audit() throws Exception {
        try (Child list = contender("audit", "list").start()) {
            require(list.exitCode(PATIENCE) == 0, "audit list failed: " + list.output());
            return list.output();
        }
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

    /** Writes, and waits until that is in the export. */
    private void arrived() throws Exception {
        write();
        ByteBuffer expected = ExportView.documents(source.documents().filter(Filters.eq(PROBE)))
                .values()
                .iterator()
                .next();
        Key key = Key.of(expected.array());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            byte[] found = export.read().document(key);
            if (found != null && expected.equals(ByteBuffer.wrap(found))) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing arrives in the export any more");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private void compare() throws Exception {
        load.close();
        ExportView view;
        try (Child last = run().start()) {
            last.await("web UI");
            History history = History.read(documents(), begin, write());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            List<String> differences = differences(history);
            while (!differences.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(300);
                differences = differences(history);
            }
            require(differences.isEmpty(), "the export differs: " + differences);
            stop(last);
            view = export.read();
        }
        require(load.lostByTheServer().isEmpty(), "the server has lost " + load.lostByTheServer());
        require(view.doubled() == 0, view.doubled() + " changes are there twice");
        require(view.backwards() == 0, view.backwards() + " changes go backwards");
        String windows = checked("windows", "verify-chain");
        String audit = checked("audit", "verify");
        says.accept(load.writes() + " writes, " + view.changes() + " changes exported, " + view.doubled() + " doubled, "
                + view.backwards() + " backwards; " + windows + "; " + audit);
    }

    private List<String> differences(History history) throws IOException {
        List<String> differences = new ArrayList<>(export.read().differences(source.documents()));
        differences.addAll(history.differences(export.read()));
        return differences;
    }

    private String checked(String command, String what) throws Exception {
        try (Child check = contender(command, what).start()) {
            require(check.exitCode(PATIENCE) == 0, command + " " + what + ":\n" + check.output());
            return lastLine(check);
        }
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
