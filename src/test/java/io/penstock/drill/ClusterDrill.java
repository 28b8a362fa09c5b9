/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A job on a cluster, some faults one after the other while writes go on, and the comparison. */
final class ClusterDrill {
    private static final int DOCUMENTS = 1_500;
    private static final int SNAPSHOT_SECONDS = 8;
    private static final int FAULTS_OF_A_SEED = 4;

    private final long seed;
    private final Sinks sinks;
    private final boolean highlyAvailable;
    private final Consumer<String> says;

    ClusterDrill(long seed, Sinks sinks, boolean highlyAvailable, Consumer<String> says) {
        this.seed = seed;
        this.sinks = sinks;
        this.highlyAvailable = highlyAvailable;
        this.says = says;
    }

    /** One fault, during the snapshot and again during the stream. */
    Report one(Fault fault, Path folder) throws Exception {
        return run(fault.name(), List.of(fault, fault), folder, DOCUMENTS, SNAPSHOT_SECONDS);
    }

    /** Different faults, drawn from the seed; the first strikes during the snapshot. */
    Report random(Path folder) throws Exception {
        return run("seed " + seed, drawn(seed), folder, DOCUMENTS, SNAPSHOT_SECONDS);
    }

    /** The faults of a seed. */
    static List<Fault> drawn(long seed) {
        List<Fault> all = new ArrayList<>(Fault.ALL);
        Collections.shuffle(all, new Random(seed));
        return all.subList(0, FAULTS_OF_A_SEED);
    }

    /** Those faults, one after the other. */
    Report run(String name, List<Fault> faults, Path folder, int documents, int snapshotSeconds) throws Exception {
        long begun = System.nanoTime();
        Setup setup = Setup.of(seed, sinks, highlyAvailable, documents, snapshotSeconds);
        try (Scene scene = Scene.open(folder, setup, says)) {
            List<Duration> recoveries = new ArrayList<>();
            for (Fault fault : faults) {
                if (!fault.possibleIn(scene)) {
                    says.accept(fault + ": not possible here");
                    continue;
                }
                Duration time = fault.strike().at(scene);
                recoveries.add(time);
                says.accept(fault + ": the export went on after " + time.toMillis() + " ms");
                scene.failures().forEach(cause -> says.accept("  failed: " + cause));
            }
            return scene.report(name, recoveries, begun);
        }
    }
}
