/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import io.penstock.bench.sinks.SinkKind;
import io.penstock.bench.sinks.SinksBench;
import io.penstock.sink.files.FormatsBench;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.apache.flink.util.FileUtils;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the job, beside the driver alone or with one setting beside another, in one run.")
public final class Bench {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--documents",
            scope = ScopeType.INHERIT,
            defaultValue = "1000000",
            description = "default: ${DEFAULT-VALUE}")
    private int documents;

    @Option(
            names = "--updates",
            scope = ScopeType.INHERIT,
            defaultValue = "200000",
            description = "default: ${DEFAULT-VALUE}")
    private int updates;

    @Option(
            names = {"-p", "--parallelism"},
            defaultValue = "2",
            scope = ScopeType.INHERIT,
            description = "default: ${DEFAULT-VALUE}")
    private int parallelism;

    @Option(
            names = "--reconcile",
            defaultValue = "images",
            description = "images or versions; default: ${DEFAULT-VALUE}")
    private String reconcile;

    private PrintWriter out;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Command(description = "The snapshot of a collection, beside one scan by the driver.")
    int snapshot() throws Exception {
        out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("penstock-bench");
        try (BenchServer server = BenchServer.start()) {
            server.fill(documents);
            double raw = RawReads.scan(server);
            raw = Math.max(raw, RawReads.scan(server));
            BenchJob job = new BenchJob(folder);
            job.start(server, "initial", reconcile, parallelism, null);
            double rate = documents * 1e9 / job.awaitLines(documents);
            print("snapshot of %,d documents, parallelism %d, mode %s", documents, parallelism, reconcile);
            ratio("documents/s", rate, raw);
            print(
                    "  heap         %d MB at most, of %d MB",
                    heapPeak() >> 20, Runtime.getRuntime().maxMemory() >> 20);
            print("  checkpoint   %s", job.checkpointSize());
            job.cancel();
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
        return 0;
    }

    @Command(description = "A backlog of updates, beside one change stream of the driver.")
    int stream() throws Exception {
        out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("penstock-bench");
        try (BenchServer server = BenchServer.start()) {
            server.fill(documents);
            BenchJob job = new BenchJob(folder);
            job.start(server, "initial", reconcile, parallelism, null);
            job.awaitLines(documents);
            String savepoint = job.stop();
            BsonTimestamp from = now(server);
            server.update(updates, documents);
            double raw = RawReads.changes(server, from, updates);
            job.start(server, "initial", reconcile, parallelism, savepoint);
            double rate = updates * 1e9 / job.awaitLines((long) documents + updates);
            print(
                    "backlog of %,d updates of %,d documents, parallelism %d, mode %s",
                    updates, documents, parallelism, reconcile);
            ratio("events/s", rate, raw);
            print(
                    "  heap         %d MB at most, of %d MB",
                    heapPeak() >> 20, Runtime.getRuntime().maxMemory() >> 20);
            print("  checkpoint   %s", job.checkpointSize());
            job.cancel();
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
        return 0;
    }

    @Command(description = "What sealing windows costs: the same job with manifests and without, by turns.")
    int windows() throws Exception {
        out = spec.commandLine().getOut();
        new WindowsBench(this, documents, updates, parallelism).run();
        return 0;
    }

    @Command(description = "Size and duration of checkpoints, in both reconcile modes.")
    int checkpoints() throws Exception {
        out = spec.commandLine().getOut();
        new CheckpointsBench(this, documents, updates, parallelism).run();
        return 0;
    }

    @Command(
            description = "How long an export stands still when a TaskManager of a cluster of separate JVMs is killed,"
                    + " with Flink's defaults and with flink-conf.")
    int recovery() throws Exception {
        out = spec.commandLine().getOut();
        Path home = Path.of(System.getProperty("penstock.home"));
        new RecoveryBench(this, home, documents, parallelism).run();
        return 0;
    }

    @Command(description = "Each sink in a job of its own, beside the same bytes by its target's own client, by turns.")
    int sinks(
            @Option(names = "--sink", description = "one of ${COMPLETION-CANDIDATES}; may be repeated; default: all")
                    List<SinkKind> kinds)
            throws Exception {
        out = spec.commandLine().getOut();
        new SinksBench(documents, line -> print("%s", line)).run(kinds == null ? EnumSet.allOf(SinkKind.class) : kinds);
        print(
                "  heap         %d MB at most, of %d MB",
                heapPeak() >> 20, Runtime.getRuntime().maxMemory() >> 20);
        return 0;
    }

    @Command(description = "The same changes in each format of files, by the writer alone.")
    int formats() throws Exception {
        out = spec.commandLine().getOut();
        print("%,d changes of about 250 bytes, one thread, by its time on the processor", documents);
        for (FormatsBench.Result result : FormatsBench.run(documents)) {
            print(
                    "  %-12s %,9.0f changes/s  %6.1f bytes a change",
                    result.format(), result.changesPerSecond(), result.bytesPerChange());
        }
        print(
                "  heap         %d MB at most, of %d MB",
                heapPeak() >> 20, Runtime.getRuntime().maxMemory() >> 20);
        return 0;
    }

    /** The cluster time just after what has been written. */
    private static BsonTimestamp now(BenchServer server) {
        BsonDocument reply = server.client()
                .getDatabase("admin")
                .runCommand(new Document("ping", 1))
                .toBsonDocument();
        BsonTimestamp time = reply.getTimestamp("operationTime");
        return new BsonTimestamp(time.getTime(), time.getInc() + 1);
    }

    private void ratio(String unit, double job, double raw) {
        print("  the job      %,.0f %s, from running to committed", job, unit);
        print("  the driver   %,.0f %s, one cursor, nothing decoded or kept", raw, unit);
        print("  ratio        %.2f", job / raw);
    }

    void print(String line, Object... values) {
        out.println(String.format(Locale.ROOT, line, values));
        out.flush();
    }

    private static long heapPeak() {
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        return peak;
    }
}
