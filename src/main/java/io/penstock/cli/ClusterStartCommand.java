/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.local.ClusterOptions;
import io.penstock.cluster.local.ClusterSettings.Logs;
import io.penstock.cluster.local.ClusterSettings.Profile;
import io.penstock.cluster.local.ClusterStatus;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock cluster start}. */
@Command(
        name = "start",
        header = "Start the cluster, or what is missing of it.",
        description = "Starts the processes that are missing, and returns once every TaskManager is registered. The"
                + " environment of this command is the cluster's: variables that a job file names must be set here.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock cluster start",
            "  penstock cluster start --taskmanagers 3 --slots 4",
            "  MONGODB_URI=mongodb://db:27017 penstock cluster start --ha",
            "  FLINK_HOME=/opt/flink penstock cluster start --profile production"
        })
final class ClusterStartCommand implements Callable<Integer> {
    private static final String BUILT_FOR = "1.20.";

    @Option(
            names = "--taskmanagers",
            paramLabel = "N",
            description =
                    "How many TaskManagers there shall be; by default as many as there are, or 2. Surplus ones end.")
    private Integer taskManagers;

    @Option(names = "--slots", paramLabel = "N", description = "Slots of each TaskManager; by default 2.")
    private Integer slots;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "Port of the REST API and the web UI on the loopback address; by default 8081, 0 for a free one.")
    private Integer port;

    @Option(
            names = "--ha",
            description =
                    "High availability: with a ZooKeeper, so that jobs outlive their JobManager, and the cluster.")
    private boolean highAvailability;

    @Option(
            names = "--profile",
            paramLabel = "P",
            description = "development (by default) or production: which settings of flink-conf.")
    private Profile profile;

    @Option(names = "--logs", paramLabel = "FORM", description = "json (by default) or text.")
    private Logs logs;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "One of Flink's options, different from the profile. Can be given again.")
    private Map<String, String> flink = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print the cluster's state as JSON.")
    private boolean json;

    @Mixin
    private ClusterDir dir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        check("--taskmanagers", taskManagers, 0, 100);
        check("--slots", slots, 1, 1_000);
        check("--port", port, 0, 65_535);
        long begin = System.nanoTime();
        ClusterStatus status = dir.cluster()
                .start(new ClusterOptions(
                        optional(taskManagers),
                        optional(slots),
                        optional(port),
                        highAvailability,
                        profile,
                        logs,
                        flink));
        print(status, (System.nanoTime() - begin) / 1e9);
        return 0;
    }

    private void print(ClusterStatus status, double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(status));
            return;
        }
        ClusterView.print(status, out);
        if (!status.flink().startsWith(BUILT_FOR)) {
            out.println("WARNING: the job is built for Flink " + BUILT_FOR + "x; this is Flink " + status.flink());
        }
        out.printf(Locale.ROOT, "ready after %.1f s; web UI: %s%n", seconds, status.rest());
        out.flush();
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static void check(String option, Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw Failure.usage(option + " must lie between " + least + " and " + most);
        }
    }
}
