/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.FlinkCluster;
import io.penstock.cluster.OperatedJob;
import io.penstock.source.Recovery;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What a command on one job works with. */
final class Operation {
    private static final Duration TIME_TO_RUN = Duration.ofMinutes(2);

    private final Path typed;
    private final ClusterJob file;
    private final FlinkCluster cluster;
    private final OperatedJob job;

    Operation(Path typed, ClusterJob file, FlinkCluster cluster) {
        this.typed = typed;
        this.file = file;
        this.cluster = cluster;
        this.job = new OperatedJob(file.plan(), cluster, ClusterJob.jar());
    }

    ClusterJob file() {
        return file;
    }

    FlinkCluster cluster() {
        return cluster;
    }

    OperatedJob job() {
        return job;
    }

    /** The same with the job file of the last start, at a parallelism. */
    Operation asStarted(int parallelism) throws IOException {
        return new Operation(typed, file.asStarted(record()).at(parallelism), cluster);
    }

    /** The same job, which begins without its checkpoints. */
    Operation from(Recovery lost) {
        return new Operation(typed, file.from(lost), cluster);
    }

    String name() {
        return file.spec().name();
    }

    /** The job's record; a job without one is refused. */
    JobRecord record() throws IOException {
        return job.record();
    }

    /** Waits until a life runs, and says how long that took. */
    Optional<Duration> awaitRunning(JobRecord life, Consumer<String> says) {
        Optional<Duration> running = job.awaitRunning(life, TIME_TO_RUN);
        says.accept(running.map(time -> "running after " + Verb.seconds(time) + ", with "
                        + file.spec().pipeline().parallelism()
                        + " subtasks of each operator; to see it: penstock status "
                        + typed)
                .orElse("it does not run yet; to see why: penstock status " + typed));
        return running;
    }
}
