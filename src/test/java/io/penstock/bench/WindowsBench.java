/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.util.FileUtils;

/**
 * What sealing costs. With manifests and without by turns, in one process, so that whatever else the machine does falls on both; a first
 * turn of each is not counted. Beside the rates the processor time of the process, which other work disturbs less.
 */
final class WindowsBench {
    private static final int TURNS = 7;

    private final Bench bench;
    private final int documents;
    private final int updates;
    private final int parallelism;

    /** A turn: changes a second, and microseconds of processor time a change. */
    private record Turn(double snapshot, double snapshotCpu, double stream, double streamCpu) {}

    WindowsBench(Bench bench, int documents, int updates, int parallelism) {
        this.bench = bench;
        this.documents = documents;
        this.updates = updates;
        this.parallelism = parallelism;
    }

    void run() throws Exception {
        List<Turn> with = new ArrayList<>();
        List<Turn> without = new ArrayList<>();
        for (int turn = 0; turn <= TURNS; turn++) {
            boolean first = turn % 2 == 0;
            Turn one = turn(first);
            Turn other = turn(!first);
            if (turn > 0) {
                with.add(first ? one : other);
                without.add(first ? other : one);
            }
        }
        bench.print(
                "snapshot of %,d documents, then a backlog of %,d updates, parallelism %d; median of %d turns (least to most)",
                documents, updates, parallelism, TURNS);
        bench.print("  %-26s %30s %30s %7s", "", "without manifests", "with", "ratio");
        print("snapshot, documents/s", "%,.0f", values(without, 0), values(with, 0));
        print("snapshot, CPU us/document", "%.2f", values(without, 1), values(with, 1));
        print("stream, events/s", "%,.0f", values(without, 2), values(with, 2));
        print("stream, CPU us/event", "%.2f", values(without, 3), values(with, 3));
    }

    private Turn turn(boolean manifests) throws Exception {
        Path folder = Files.createTempDirectory("penstock-bench");
        try (BenchServer server = BenchServer.start()) {
            server.fill(documents);
            BenchJob job = new BenchJob(folder, manifests, "500 ms");
            long cpu = cpuNanos();
            job.start(server, "initial", "images", parallelism, null);
            double snapshot = documents * 1e9 / job.awaitLines(documents);
            double snapshotCpu = (cpuNanos() - cpu) / 1e3 / documents;
            String savepoint = job.stop();
            server.update(updates, documents);
            cpu = cpuNanos();
            job.start(server, "initial", "images", parallelism, savepoint);
            double stream = updates * 1e9 / job.awaitLines((long) documents + updates);
            Turn turn = new Turn(snapshot, snapshotCpu, stream, (cpuNanos() - cpu) / 1e3 / updates);
            job.cancel();
            return turn;
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double[] values(List<Turn> turns, int which) {
        double[] values = turns.stream()
                .mapToDouble(turn -> List.of(turn.snapshot(), turn.snapshotCpu(), turn.stream(), turn.streamCpu())
                        .get(which))
                .toArray();
        Arrays.sort(values);
        return values;
    }

    private void print(String what, String format, double[] without, double[] with) {
        bench.print(
                "  %-26s %30s %30s %7.3f",
                what, spread(format, without), spread(format, with), median(with) / median(without));
    }

    private static String spread(String format, double[] values) {
        return String.format(
                java.util.Locale.ROOT,
                format + " (" + format + " to " + format + ")",
                median(values),
                values[0],
                values[values.length - 1]);
    }

    private static double median(double[] values) {
        return values[values.length / 2];
    }
}
