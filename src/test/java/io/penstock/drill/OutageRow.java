/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.util.Locale;

/**
 * What a target's outage has shown: a row of the table.
 *
 * @param seconds how long the target was away, as asked for
 * @param writesMeanwhile acknowledged by the source during the outage
 * @param lost keys whose document is missing, different or too much, and changes that are missing or never happened
 * @param doubled documents, or changes, that are there more than once
 * @param backwards changes before an older one of their key
 * @param attempts connections that the job made to the target, or tried to, during the outage
 * @param restarts how often Flink started the job again, in all lives of its process
 * @param drainMillis from the target's return until everything written up to then was in it; {@link #NEVER} when it never was
 * @param lived whether the job's process was the same one from beginning to end
 */
record OutageRow(
        String target,
        Way way,
        int seconds,
        long seed,
        long writesMeanwhile,
        long writes,
        int lost,
        int doubled,
        int backwards,
        long attempts,
        int restarts,
        long drainMillis,
        boolean lived) {
    static final long NEVER = -1;

    /** The names of {@link #csv()}. */
    static final String HEAD =
            "target,how,seconds,seed,writes_meanwhile,writes,lost,doubled,backwards,attempts,restarts,drain_ms,lived";

    /** A process that ended has not caught up, whoever started another one. */
    boolean good() {
        return lost == 0 && doubled == 0 && backwards == 0 && drainMillis != NEVER && lived;
    }

    String csv() {
        return String.format(
                Locale.ROOT,
                "%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%b",
                target,
                way,
                seconds,
                seed,
                writesMeanwhile,
                writes,
                lost,
                doubled,
                backwards,
                attempts,
                restarts,
                drainMillis,
                lived);
    }

    static OutageRow parse(String csv) {
        String[] cell = csv.split(",");
        return new OutageRow(
                cell[0],
                Way.named(cell[1]).orElseThrow(),
                Integer.parseInt(cell[2]),
                Long.parseLong(cell[3]),
                Long.parseLong(cell[4]),
                Long.parseLong(cell[5]),
                Integer.parseInt(cell[6]),
                Integer.parseInt(cell[7]),
                Integer.parseInt(cell[8]),
                Long.parseLong(cell[9]),
                Integer.parseInt(cell[10]),
                Long.parseLong(cell[11]),
                Boolean.parseBoolean(cell[12]));
    }

    String markdown() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d s | %d | %d | %d | %d | %d | %d | %s | %s |",
                target,
                way,
                seconds,
                writesMeanwhile,
                lost,
                doubled,
                backwards,
                attempts,
                restarts,
                drained(),
                lived ? "yes" : "no");
    }

    private String drained() {
        return drainMillis == NEVER ? "never" : String.format(Locale.ROOT, "%.1f s", drainMillis / 1000.0);
    }
}
