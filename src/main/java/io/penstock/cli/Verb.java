/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.FlinkCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that acts on one job of a cluster. */
abstract class Verb implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Mixin
    private ClusterOptions clusterOptions;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Acts, and says what a person should know; what it returns is for programs. */
    abstract Object act(Operation operation) throws IOException;

    /** The parallelism that was asked for; null for the job file's. */
    Integer parallelism() {
        return null;
    }

    @Override
    public Integer call() throws Exception {
        try (ClusterJob job =
                ClusterJob.read(file, Audit.of(spec, parallelism())).at(parallelism())) {
            job.requireNotRunHere();
            act(job);
        }
        return 0;
    }

    private void act(ClusterJob job) throws IOException {
        try (FlinkCluster cluster = clusterOptions.connect(job)) {
            Object done = act(new Operation(file, job, cluster));
            if (json) {
                out().println(Json.of(done));
            }
        }
    }

    /** A sentence for a person. */
    void say(String sentence) {
        if (!json) {
            out().println(sentence);
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** {@code jobs/cities.yaml}, as it was typed. */
    Path typed() {
        return file;
    }

    static String seconds(Duration time) {
        return RunView.seconds(time.toMillis());
    }
}
