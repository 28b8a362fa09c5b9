/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.util.FileUtils;

/** What checkpoints cost: their size, what of it had to be written, and how long they took, in both reconcile modes. */
final class CheckpointsBench {
    private static final double MEGABYTE = 1 << 20;

    private final Bench bench;
    private final int documents;
    private final int updates;
    private final int parallelism;

    CheckpointsBench(Bench bench, int documents, int updates, int parallelism) {
        this.bench = bench;
        this.documents = documents;
        this.updates = updates;
        this.parallelism = parallelism;
    }

    void run() throws Exception {
        bench.print(
                "checkpoints every 2 s, %,d documents of about 250 bytes, then %,d updates, parallelism %d",
                documents, updates, parallelism);
        bench.print("  %-9s %-32s %6s %10s %11s %9s", "mode", "", "count", "whole MB", "written MB", "seconds");
        for (String mode : List.of("images", "versions")) {
            Path folder = Files.createTempDirectory("penstock-bench");
            try (BenchServer server = BenchServer.start()) {
                run(mode, server, new BenchJob(folder));
            } finally {
                FileUtils.deleteDirectoryQuietly(folder.toFile());
            }
        }
    }

    private void run(String mode, BenchServer server, BenchJob job) throws Exception {
        server.fill(documents);
        job.start(server, "initial", mode, parallelism, null);
        job.awaitLines(documents);
        long read = atRest(job).getCheckpointId();
        print(mode, "during the snapshot, largest", job, id -> id < read);
        print(mode, "all read, nothing written", job, id -> id == read);
        server.update(updates, documents);
        job.awaitLines((long) documents + updates);
        long updated = atRest(job).getCheckpointId();
        print(mode, "during the updates, largest", job, id -> id > read && id < updated);
        print(mode, "all updated, nothing written", job, id -> id == updated);
        job.cancel();
    }

    /** A checkpoint between whose start and the one before nothing came. */
    private static CompletedCheckpointStats atRest(BenchJob job) throws Exception {
        long from = job.checkpoints().get(0).getCheckpointId() + 2;
        while (job.checkpoints().get(0).getCheckpointId() < from) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return job.checkpoints().get(0);
    }

    private void print(String mode, String when, BenchJob job, Predicate<Long> which) throws Exception {
        List<CompletedCheckpointStats> meant = job.checkpoints().stream()
                .filter(stats -> which.test(stats.getCheckpointId()))
                .toList();
        CompletedCheckpointStats largest = meant.stream()
                .max(Comparator.comparingLong(CompletedCheckpointStats::getCheckpointedSize))
                .orElseThrow();
        long written = meant.stream()
                .mapToLong(CompletedCheckpointStats::getCheckpointedSize)
                .sum();
        bench.print(
                "  %-9s %-32s %6d %10.1f %11.2f %9.2f",
                mode,
                when,
                meant.size(),
                largest.getStateSize() / MEGABYTE,
                largest.getCheckpointedSize() / MEGABYTE,
                largest.getEndToEndDuration() / 1000.0);
        if (meant.size() > 1) {
            bench.print("  %-9s %-32s %6s %10s %11.2f", "", "  all of them", "", "", written / MEGABYTE);
        }
    }
}
