/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a drill found.
 *
 * @param faults how many were injected
 * @param recoveries how long each took until the export went on; of {@code run}, how many continued from an earlier one's
 *     checkpoint, without times
 * @param writes operations on the source while the job ran
 * @param changes what was exported
 * @param documents in the source at the end
 * @param losses keys whose document is missing, different or too much
 * @param duplicates changes that are there twice
 * @param backwards changes that stand before an older one of their key
 */
record Report(
        String drill,
        int faults,
        List<Duration> recoveries,
        long writes,
        int changes,
        int documents,
        List<String> losses,
        int duplicates,
        int backwards,
        long seconds) {
    boolean good() {
        return losses.isEmpty() && duplicates == 0 && backwards == 0;
    }

    /** The longest time to recover, in milliseconds; 0 without any. */
    long slowest() {
        return recoveries.stream().mapToLong(Duration::toMillis).max().orElse(0);
    }

    /** The time that half of the recoveries did not need, in milliseconds; 0 without any. */
    long median() {
        List<Duration> sorted = recoveries.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2).toMillis();
    }

    @Override
    public String toString() {
        String head = String.format(
                "%-20s %7s %11s %9s %8s %8s %10s %7s %11s %10s %8s",
                "drill",
                "faults",
                "recoveries",
                "slowest",
                "writes",
                "events",
                "documents",
                "losses",
                "duplicates",
                "backwards",
                "seconds");
        String line = String.format(
                Locale.ROOT,
                "%-20s %7d %11d %7.1f s %8d %8d %10d %7d %11d %10d %8d",
                drill,
                faults,
                recoveries.size(),
                slowest() / 1000.0,
                writes,
                changes,
                documents,
                losses.size(),
                duplicates,
                backwards,
                seconds);
        String lost = losses.isEmpty() ? "" : "\nlost: " + losses.subList(0, Math.min(5, losses.size()));
        return head + "\n" + line + lost;
    }
}
