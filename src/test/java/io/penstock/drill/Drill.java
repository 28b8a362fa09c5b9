/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code scripts/drill}. */
@Command(
        name = "drill",
        description =
                "Runs the product in processes of their own, harms them, and compares the export with its source.",
        mixinStandardHelpOptions = true)
final class Drill implements Callable<Integer> {
    enum Sink {
        files,
        kafka
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "A drill on a cluster, or several: all, or from ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> names = List.of();

    @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--sink",
            defaultValue = "both",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default")
    private Sinks sinks;

    @Option(names = "--ha", description = "with ZooKeeper: the job outlives its JobManager")
    private boolean highlyAvailable;

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Fault.ALL.stream().map(Fault::name).iterator();
        }
    }

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "which drill?");
        }
        List<Fault> faults = names.equals(List.of("all"))
                ? Fault.ALL
                : names.stream()
                        .map(name ->
                                Fault.named(name).orElseThrow(() -> new IllegalArgumentException("no drill " + name)))
                        .toList();
        int code = 0;
        for (Fault fault : faults) {
            Path folder = folder();
            ClusterDrill drill = new ClusterDrill(seed, sinks, highlyAvailable, System.out::println);
            code |= told(drill.one(fault, folder), folder);
        }
        return code;
    }

    @Command(
            name = "series",
            description = "Random drills on a cluster, a seed each; those that are in the table are left out.",
            mixinStandardHelpOptions = true)
    int series(
            @Option(names = "--seeds", defaultValue = "1..20", description = "from..to, by default ${DEFAULT-VALUE}")
                    String seeds,
            @Option(names = "--sink", defaultValue = "both", description = "${COMPLETION-CANDIDATES}") Sinks sinks)
            throws Exception {
        Path docs = Path.of("docs").toAbsolutePath();
        Series series = new Series(docs.resolve("drills.csv"), docs.resolve("drills.md"));
        String[] range = seeds.split("\\.\\.");
        int code = 0;
        for (long seed = Long.parseLong(range[0]); seed <= Long.parseLong(range[1]); seed++) {
            if (series.has(seed)) {
                continue;
            }
            boolean highlyAvailable = seed % 2 == 0;
            Path folder = folder();
            System.out.println("seed " + seed + ": " + ClusterDrill.drawn(seed) + " in " + folder);
            try {
                Report report = new ClusterDrill(seed, sinks, highlyAvailable, System.out::println).random(folder);
                code |= told(report, folder);
                series.add(
                        seed,
                        highlyAvailable,
                        sinks,
                        ClusterDrill.drawn(seed).stream().map(Fault::name).toList(),
                        report);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // A finding; the other seeds are tried all the same, and this one again the next time.
                code = 1;
                System.out.println("seed " + seed + " came to no end: " + e);
            }
        }
        return code;
    }

    @Command(name = "mixed", description = "run, while writes of all kinds arrive.", mixinStandardHelpOptions = true)
    int mixed(
            @Option(names = "--writes", defaultValue = "20000", description = "by default ${DEFAULT-VALUE}") int writes,
            @Option(names = "--documents", defaultValue = "5000", description = "by default ${DEFAULT-VALUE}")
                    int documents,
            @Option(names = "--format", defaultValue = "ndjson", description = "ndjson or bson") String format,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        try (Source source = Source.start(folder.resolve("server"))) {
            Export export = Export.files(folder.resolve("export"), format);
            return told(new ExportDrill(folder, seed, documents, source, export).mixed(writes), folder);
        }
    }

    @Command(
            name = "kill",
            description = "SIGKILL of run at random moments, again and again, while writes arrive.",
            mixinStandardHelpOptions = true)
    int kill(
            @Option(names = "--times", defaultValue = "10", description = "by default ${DEFAULT-VALUE}") int times,
            @Option(names = "--documents", defaultValue = "5000", description = "by default ${DEFAULT-VALUE}")
                    int documents,
            @Option(
                            names = "--rate",
                            defaultValue = "200",
                            description = "writes a second, ${DEFAULT-VALUE} by default")
                    int rate,
            @Option(names = "--sink", defaultValue = "files", description = "${COMPLETION-CANDIDATES}") Sink sink,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        try (Source source = Source.start(folder.resolve("server"))) {
            if (sink == Sink.files) {
                Export export = Export.files(folder.resolve("export"), "ndjson");
                return told(new ExportDrill(folder, seed, documents, source, export).kill(times, rate), folder);
            }
            try (Topic topic = Topic.start(folder.resolve("broker"))) {
                return told(new ExportDrill(folder, seed, documents, source, topic).kill(times, rate), folder);
            }
        }
    }

    @Command(
            name = "same-windows",
            description =
                    "One history exported in one go, with kills and in increments: the manifests have to be the same.",
            mixinStandardHelpOptions = true)
    int sameWindows(
            @Option(names = "--documents", defaultValue = "3000", description = "by default ${DEFAULT-VALUE}")
                    int documents,
            @Option(names = "--nights", defaultValue = "6", description = "by default ${DEFAULT-VALUE}") int nights,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        try (SameWindows drill =
                new SameWindows(folder, seed, new SameWindows.Size(documents, nights, 60, 20), System.out::println)) {
            SameWindows.Table table = drill.run();
            System.out.println(table);
            System.out.println("what it left: " + folder);
            return table.good() ? 0 : 1;
        }
    }

    @Command(
            name = "outage",
            description = "The server goes away, killed and then stopped, while run goes on.",
            mixinStandardHelpOptions = true)
    int outage(
            @Option(names = "--seconds", defaultValue = "20", description = "how long, ${DEFAULT-VALUE} by default")
                    int seconds,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        try (Source source = Source.start(folder.resolve("server"))) {
            Export export = Export.files(folder.resolve("export"), "ndjson");
            ExportDrill drill = new ExportDrill(folder, seed, 1000, source, export);
            return told(drill.outages(seconds, List.of("KILL", "STOP")), folder);
        }
    }

    @Command(
            name = "store-away",
            description = "The metadata store is killed and comes back, while run goes on.",
            mixinStandardHelpOptions = true)
    int storeAway(
            @Option(names = "--seconds", defaultValue = "60", description = "how long, ${DEFAULT-VALUE} by default")
                    int seconds,
            @Option(
                            names = "--rate",
                            defaultValue = "25",
                            description = "pairs of writes a second, ${DEFAULT-VALUE} by default")
                    int rate,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        List<String> problems = StoreAway.run(folder, seed, seconds, rate, System.out::println);
        System.out.println(problems.size() + " problems; what it left: " + folder);
        return problems.isEmpty() ? 0 : 1;
    }

    @Command(
            name = "target-outage",
            description = "A target goes away and comes back, while run goes on; by default each target in each way.",
            mixinStandardHelpOptions = true)
    int targetOutage(
            @Option(names = "--target", description = "postgres, kafka or mongodb") String target,
            @Option(names = "--how", description = "kill, freeze, cut or full-disk") String how,
            @Option(names = "--seconds", defaultValue = "60", description = "how long, ${DEFAULT-VALUE} by default")
                    int seconds,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        return new TargetOutages(Drill::folder, seconds, seed, System.out::println).run(target, how) ? 0 : 1;
    }

    @Command(
            name = "kafka-timeout",
            description = "Kafka is away for longer than its transactions may be open.",
            mixinStandardHelpOptions = true)
    int kafkaTimeout(
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed,
            @Option(names = "--ha", description = "with ZooKeeper") boolean highlyAvailable)
            throws Exception {
        Path folder = folder();
        return told(LostTransaction.run(folder, seed, highlyAvailable, System.out::println), folder);
    }

    @Command(
            name = "takeovers",
            description = "Clients in processes take one job's lease from each other, and write with it.",
            mixinStandardHelpOptions = true)
    int takeovers(
            @Option(names = "--times", defaultValue = "1000", description = "by default ${DEFAULT-VALUE}") int times,
            @Option(names = "--processes", defaultValue = "3", description = "by default ${DEFAULT-VALUE}")
                    int processes,
            @Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Takeovers found = TakeoverDrill.run(folder(), times, processes, seed, System.out::println);
        System.out.println(found);
        return found.good() ? 0 : 1;
    }

    @Command(
            name = "races",
            description = "Two starts of one job at the same moment, in five ways, and one that was frozen.",
            mixinStandardHelpOptions = true)
    int races(@Option(names = "--seed", defaultValue = "1", description = "by default ${DEFAULT-VALUE}") long seed)
            throws Exception {
        Path folder = folder();
        List<String> problems = RaceDrill.run(folder, seed, System.out::println);
        System.out.println(problems.size() + " problems; what it left: " + folder);
        return problems.isEmpty() ? 0 : 1;
    }

    private static Path folder() throws Exception {
        Path drills = Files.createDirectories(Path.of("target", "drill").toAbsolutePath());
        return Files.createTempDirectory(drills, "");
    }

    private static int told(Report report, Path folder) {
        System.out.println(report);
        System.out.println("what it left: " + folder);
        return report.good() ? 0 : 1;
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Drill()).execute(args));
    }
}
