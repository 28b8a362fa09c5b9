/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.local.ClusterSettings.Logs;
import io.penstock.cluster.local.ClusterSettings.Profile;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a start asks for. What is left open stays as it is in a cluster that runs, and is the default in a new one.
 *
 * @param taskManagers how many there shall be; by default {@value #TASK_MANAGERS}
 * @param slots of each; by default {@value #SLOTS}
 * @param port of the REST API, 0 for a free one; by default {@value #PORT}
 * @param highAvailability whether jobs outlive their JobManager
 * @param profile null: as it is, or {@link Profile#DEVELOPMENT}
 * @param logs null: as they are, or {@link Logs#JSON}
 * @param flink Flink's options that differ from the profile
 */
public record ClusterOptions(
        OptionalInt taskManagers,
        OptionalInt slots,
        OptionalInt port,
        boolean highAvailability,
        Profile profile,
        Logs logs,
        Map<String, String> flink) {
    static final int TASK_MANAGERS = 2;
    static final int SLOTS = 2;
    static final int PORT = 8081;

    public ClusterOptions {
        flink = Map.copyOf(flink);
    }

    /** Nothing asked for. */
    public static ClusterOptions defaults() {
        return new ClusterOptions(
                OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), false, null, null, Map.of());
    }

    /** The same on a free port, as tests need it. */
    public ClusterOptions onAnyPort() {
        return new ClusterOptions(taskManagers, slots, OptionalInt.of(0), highAvailability, profile, logs, flink);
    }

    /** The same with so many TaskManagers, and so many slots in each. */
    public ClusterOptions with(int managers, int slotsOfEach) {
        return new ClusterOptions(
                OptionalInt.of(managers), OptionalInt.of(slotsOfEach), port, highAvailability, profile, logs, flink);
    }

    /** The same with ZooKeeper. */
    public ClusterOptions highlyAvailable() {
        return new ClusterOptions(taskManagers, slots, port, true, profile, logs, flink);
    }

    /** The same with one of Flink's options set. */
    public ClusterOptions with(String key, String value) {
        Map<String, String> more = new HashMap<>(flink);
        more.put(key, value);
        return new ClusterOptions(taskManagers, slots, port, highAvailability, profile, logs, more);
    }
}
