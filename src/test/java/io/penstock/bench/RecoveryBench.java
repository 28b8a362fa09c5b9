/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import io.penstock.cluster.FlinkCluster;
import io.penstock.cluster.JobView;
import io.penstock.cluster.local.ClusterOptions;
import io.penstock.cluster.local.ClusterSettings;
import io.penstock.cluster.local.FlinkInstallation;
import io.penstock.cluster.local.FlinkProcess;
import io.penstock.cluster.local.LocalFlink;
import io.penstock.job.Life;
import io.penstock.job.PenstockJob;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * How long an export stands still when a TaskManager is killed: from SIGKILL until a change that was made after it is committed. On
 * clusters of separate JVMs, with Flink's default settings and with those of {@code flink-conf}.
 */
final class RecoveryBench {
    private static final int KILLS = 3;
    private static final int MANAGERS = 2;

    /** What the processes need to start at all; everything else is Flink's default. */
    private static final String DEFAULTS =
            """
            jobmanager: {memory: {process: {size: 1600m}}}
            taskmanager: {memory: {process: {size: 1728m}}}
            env: {java: {opts: {all: "--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED \
            --add-opens=java.base/java.time=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED"}}}
            """;

    private final Bench bench;
    private final Path home;
    private final int documents;
    private final int parallelism;

    RecoveryBench(Bench bench, Path home, int documents, int parallelism) {
        this.bench = bench;
        this.home = home;
        this.documents = documents;
        this.parallelism = parallelism;
    }

    void run() throws Exception {
        bench.print(
                "SIGKILL of a TaskManager of %d, %,d documents, parallelism %d, checkpoints every 2 s",
                MANAGERS, documents, parallelism);
        bench.print("  seconds until a later change is committed, %d kills each, and until all tasks run again", KILLS);
        Path folder = Files.createTempDirectory("penstock-bench");
        try (BenchServer server = BenchServer.start()) {
            server.fill(documents);
            run("Flink's defaults", ClusterSettings.Profile.PRODUCTION, defaults(folder), folder, server);
            run("flink-conf", ClusterSettings.Profile.PRODUCTION, home.resolve("flink-conf"), folder, server);
            run(
                    "flink-conf, development",
                    ClusterSettings.Profile.DEVELOPMENT,
                    home.resolve("flink-conf"),
                    folder,
                    server);
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }

    private Path defaults(Path folder) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("defaults"));
        Files.writeString(conf.resolve("config.yaml"), DEFAULTS);
        Files.copy(home.resolve("flink-conf/log4j.properties"), conf.resolve("log4j.properties"));
        return conf;
    }

    private void run(String name, ClusterSettings.Profile profile, Path conf, Path folder, BenchServer server)
            throws Exception {
        Path own = Files.createDirectories(folder.resolve(profile + name.replaceAll("\\W", "")));
        LocalFlink flink =
                new LocalFlink(own.resolve("cluster"), FlinkInstallation.find(System::getenv, home), conf, Map.of());
        ClusterOptions options = new ClusterOptions(
                OptionalInt.of(MANAGERS),
                OptionalInt.of(parallelism),
                OptionalInt.of(0),
                false,
                profile,
                ClusterSettings.Logs.TEXT,
                Map.of());
        Thread atAnyEnd = new Thread(() -> stop(flink), "stop-flink");
        Runtime.getRuntime().addShutdownHook(atAnyEnd);
        try (FlinkCluster cluster = FlinkCluster.at(flink.start(options).rest())) {
            JobGraph job = graph(own, server);
            cluster.submit(job, Optional.of(home.resolve("target/penstock-job.jar")));
            String id = job.getJobID().toHexString();
            CommittedLines export = new CommittedLines(own.resolve("export"));
            export.await(documents, () -> {});
            List<Double> committed = new ArrayList<>();
            List<Double> whole = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                awaitRunning(cluster, id);
                TimeUnit.SECONDS.sleep(5);
                kill(flink, cluster, id);
                long killed = System.nanoTime();
                long before = export.count();
                server.touch();
                export.await(before + 1, () -> {});
                committed.add((System.nanoTime() - killed) / 1e9);
                flink.start(options);
                awaitRunning(cluster, id);
                whole.add((System.nanoTime() - killed) / 1e9);
            }
            bench.print("  %-24s %s   running as before: %s", name, text(committed), text(whole));
            cluster.cancel(id);
        } finally {
            stop(flink);
            Runtime.getRuntime().removeShutdownHook(atAnyEnd);
        }
    }

    private static void stop(LocalFlink flink) {
        try {
            flink.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(List<Double> seconds) {
        return seconds.stream()
                .map(each -> String.format(Locale.ROOT, "%5.1f", each))
                .collect(Collectors.joining(" "));
    }

    private JobGraph graph(Path own, BenchServer server) {
        String yaml =
                """
                name: recovery
                source:
                  uri: %s
                  collections: [bench.documents]
                sinks:
                  - {type: files, path: %s}
                pipeline: {parallelism: %d, checkpoint-interval: 2 s, state-dir: %s}
                """
                        .formatted(server.uri(), own.resolve("export"), parallelism, own.resolve("state"));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PenstockJob.build(env, JobSpec.parse("bench.yaml", yaml, System::getenv), Life.withoutRecord());
        return env.getStreamGraph().getJobGraph();
    }

    /** A view may be some seconds old: it is asked until it says so three times in a row. */
    private void awaitRunning(FlinkCluster cluster, String id) throws InterruptedException {
        int seen = 0;
        while (seen < 3) {
            Optional<JobView> job = cluster.job(id);
            boolean whole =
                    job.isPresent() && job.get().runsAsAWhole() && job.get().parallelism() == parallelism;
            seen = whole ? seen + 1 : 0;
            TimeUnit.MILLISECONDS.sleep(whole ? 1_500 : 200);
        }
    }

    /** Kills the TaskManager that has the source's first subtask, and so the job's tasks or a part of them. */
    private static void kill(LocalFlink flink, FlinkCluster cluster, String id) {
        String vertex =
                cluster.job(id).orElseThrow().vertex("Source").orElseThrow().id();
        String manager = cluster.rest()
                .get("/jobs/" + id + "/vertices/" + vertex)
                .path("subtasks")
                .get(0)
                .path("taskmanager-id")
                .asText();
        FlinkProcess victim = flink.processes().stream()
                .filter(process -> process.role() == FlinkProcess.Role.TASKMANAGER)
                .filter(process -> process.name().equals(manager))
                .findAny()
                .orElseThrow(() -> new IllegalStateException("no process is called " + manager));
        victim.handle().orElseThrow().destroyForcibly();
    }
}
