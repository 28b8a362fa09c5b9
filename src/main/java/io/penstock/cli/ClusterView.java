/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.local.ClusterStatus;
import io.penstock.cluster.local.ClusterStatus.JobLine;
import io.penstock.cluster.local.ClusterStatus.ProcessStatus;
import java.io.PrintWriter;
import java.util.Locale;

/** A cluster's state, for people. */
final class ClusterView {
    private ClusterView() {}

    static void print(ClusterStatus status, PrintWriter out) {
        if (status.processes().isEmpty()) {
            out.println("no cluster runs in " + status.folder());
            return;
        }
        out.println("Flink " + (status.flink() == null ? "does not answer" : status.flink()) + " at " + status.rest()
                + (status.highAvailability() ? ", highly available" : "") + ", in " + status.folder());
        for (ProcessStatus process : status.processes()) {
            out.printf(Locale.ROOT, "  %-16s pid %-8d %s%n", process.name(), process.pid(), state(process));
        }
        for (JobLine job : status.jobs()) {
            out.printf(Locale.ROOT, "  job %s  %-12s %s%n", job.id(), job.state(), job.name());
        }
        out.flush();
    }

    private static String state(ProcessStatus process) {
        if (!process.alive()) {
            return "DEAD; penstock cluster start replaces it";
        }
        if (!process.registered()) {
            return "alive, not registered";
        }
        return process.slots() == 0 ? "alive" : "alive, " + process.free() + " of " + process.slots() + " slots free";
    }
}
