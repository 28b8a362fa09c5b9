/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.bench.sinks.Comparison.Client;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.GeneratedChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.util.FileUtils;

/**
 * What each sink takes, beside its target's own client. The two write by turns, in one process, so that whatever else the machine does falls
 * on both; what they write in a first turn is counted at the target, and that turn is not measured.
 */
public final class SinksBench {
    private static final int TURNS = 5;
    private static final String SINK = "the sink";

    /** Of the documents, these are different ones: as many as the sinks get that hold one row each. */
    private static final int DIFFERENT = 10;

    private final int documents;
    private final Consumer<String> out;

    /** @param out takes the lines that are printed */
    public SinksBench(int documents, Consumer<String> out) {
        this.documents = documents;
        this.out = out;
    }

    /** Measures these sinks, one after the other. */
    public void run(Collection<SinkKind> kinds) throws Exception {
        List<ChangeRecord> changes = GeneratedChanges.of(Math.max(1, documents / DIFFERENT));
        Path folder = Files.createTempDirectory("penstock-bench");
        try (SinkJobs jobs = new SinkJobs(folder)) {
            print("median of %d turns; of the ratios, least to most", TURNS);
            print(
                    "%-22s %9s %11s %7s  %-12s %11s  %s",
                    "sink", "changes", "changes/s", "MB/s", "the client's", "changes/s", "ratio");
            for (SinkKind kind : kinds) {
                try (Comparison comparison = kind.open(Files.createDirectories(folder.resolve(kind.toString())))) {
                    run(kind, comparison, jobs, changes);
                }
                FileUtils.deleteDirectoryQuietly(folder.resolve(kind.toString()).toFile());
            }
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }

    private void run(SinkKind kind, Comparison comparison, SinkJobs jobs, List<ChangeRecord> changes) throws Exception {
        int count = kind.changes(documents);
        Client sink = () -> jobs.write(comparison, changes, count);
        comparison.clear();
        sink.write();
        long bytes = comparison.keep();
        Map<String, Client> ways = new LinkedHashMap<>();
        ways.put(SINK, sink);
        ways.putAll(comparison.clients());
        Map<String, List<Long>> nanos = new HashMap<>();
        List<String> order = new ArrayList<>(ways.keySet());
        for (int turn = 0; turn <= TURNS; turn++) {
            for (String way : order) {
                comparison.clear();
                long took = ways.get(way).write();
                if (turn > 0) {
                    nanos.computeIfAbsent(way, any -> new ArrayList<>()).add(took);
                } else if (comparison.visible() != count) {
                    throw new IllegalStateException(kind + ": of " + count + " changes that " + way + " wrote, "
                            + comparison.visible() + " have arrived");
                }
            }
            Collections.reverse(order);
        }
        for (String client : comparison.clients().keySet()) {
            print(kind, count, bytes, nanos.get(SINK), client, nanos.get(client));
        }
    }

    private void print(SinkKind kind, int count, long bytes, List<Long> ours, String client, List<Long> theirs) {
        double seconds = median(ours.stream().mapToDouble(nanos -> nanos / 1e9).toArray());
        double clients =
                median(theirs.stream().mapToDouble(nanos -> nanos / 1e9).toArray());
        double[] ratios = IntStream.range(0, TURNS)
                .mapToDouble(turn -> (double) theirs.get(turn) / ours.get(turn))
                .sorted()
                .toArray();
        print(
                "%-22s %,9d %,11.0f %7.1f  %-12s %,11.0f  %.2f (%.2f to %.2f)",
                kind,
                count,
                count / seconds,
                bytes / seconds / 1e6,
                client,
                count / clients,
                median(ratios),
                ratios[0],
                ratios[TURNS - 1]);
    }

    private static double median(double[] values) {
        return java.util.Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private void print(String line, Object... values) {
        out.accept(String.format(Locale.ROOT, line, values));
    }
}
