/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.ClusterSettings.Logs;
import io.penstock.cluster.local.ClusterSettings.Profile;
import java.util.Locale;

/** Makes settings out of what is asked for and what runs. */
final class Settling {
    private Settling() {}

    /**
     * The settings of the cluster that runs.
     *
     * @throws ClusterException when something else is asked for
     */
    static ClusterSettings agreed(ClusterSettings running, ClusterOptions options) {
        require(
                "--port",
                running.restPort(),
                options.port().orElse(0) == 0 ? null : options.port().getAsInt());
        require(
                "--slots",
                running.slots(),
                options.slots().isPresent() ? options.slots().getAsInt() : null);
        require("--profile", running.profile(), options.profile());
        require("--logs", running.logs(), options.logs());
        options.flink()
                .forEach((key, value) -> require("-D " + key, running.flink().get(key), value));
        if (options.highAvailability() && !running.highAvailability()) {
            throw contradiction("without --ha");
        }
        return running;
    }

    private static void require(String option, Object running, Object asked) {
        if (asked != null && !asked.equals(running)) {
            throw contradiction(
                    running == null
                            ? "without " + option
                            : "with " + option + " " + running.toString().toLowerCase(Locale.ROOT));
        }
    }

    private static ClusterException contradiction(String running) {
        return new ClusterException("the cluster runs " + running
                + "; it can change after: penstock cluster stop, or start another one with --dir");
    }

    /**
     * The settings of a cluster of which nothing runs.
     *
     * @throws ClusterException when the port is taken
     */
    static ClusterSettings fresh(ClusterOptions options) {
        int port = options.port().orElse(ClusterOptions.PORT);
        if (port != 0 && Ports.isTaken(port)) {
            throw new ClusterException(
                    "port " + port + " is taken by another program: choose one with --port P" + " (0 for a free one)");
        }
        int zooKeeper = options.highAvailability() ? Ports.free() : 0;
        return new ClusterSettings(
                options.profile() == null ? Profile.DEVELOPMENT : options.profile(),
                options.slots().orElse(ClusterOptions.SLOTS),
                port == 0 ? Ports.free() : port,
                Ports.free(),
                zooKeeper,
                options.logs() == null ? Logs.JSON : options.logs(),
                options.flink());
    }
}
