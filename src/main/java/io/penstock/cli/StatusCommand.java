/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.FlinkCluster;
import io.penstock.cluster.JobReport;
import io.penstock.cluster.JobView;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock status}: how a job fares on its cluster. */
@Command(
        name = "status",
        header = "How a job fares on a Flink cluster.",
        description =
                "Shows how a job fares: its state, its checkpoints, how fast and how far behind it is, and why it failed."
                        + " Without a job: all jobs of the cluster. Rates and lags are as old as the cluster's"
                        + " metrics, ten seconds by default.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it runs; or it is paused, cancelled or finished, as was asked for",
            "1:it does not run though it should",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock status",
            "  penstock status jobs/cities.yaml",
            "  penstock status --watch jobs/cities.yaml    drawn again every two seconds",
            "  penstock status --json jobs/cities.yaml"
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    @Parameters(paramLabel = "JOB", arity = "0..1", description = "A job file; by default all jobs of the cluster.")
    private Path file;

    @Option(names = "--watch", description = "Show it again and again, until Ctrl-C.")
    private boolean watch;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Mixin
    private ClusterOptions clusterOptions;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (ClusterJob read = file == null ? null : ClusterJob.read(file, Audit.of(spec, null))) {
            return show(Optional.ofNullable(read));
        }
    }

    private int show(Optional<ClusterJob> job) throws Exception {
        try (FlinkCluster cluster =
                job.isPresent() ? clusterOptions.connect(job.get()) : FlinkCluster.at(clusterOptions.address())) {
            if (!watch) {
                return show(cluster, job, false);
            }
            try (Interrupts interrupts = Interrupts.handle()) {
                int code;
                do {
                    code = show(cluster, job, true);
                } while (!LocalCluster.waited(interrupts.requested(), BETWEEN_LOOKS));
                return code;
            }
        }
    }

    private int show(FlinkCluster cluster, Optional<ClusterJob> job, boolean again) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (job.isEmpty()) {
            List<JobView> jobs = cluster.jobs();
            out.print(
                    json
                            ? Json.of(jobs) + "\n"
                            : StatusView.list(
                                    cluster.address(), cluster.slots(), jobs, again && Console.interactive()));
            out.flush();
            return 0;
        }
        JobReport report = report(cluster, job.get());
        if (json) {
            out.println(Json.of(report));
        } else if (again && !Console.interactive()) {
            out.println(StatusView.line(report));
        } else {
            out.print(StatusView.page(report, again));
        }
        out.flush();
        return report.asDesired() ? 0 : Failure.FAILED;
    }

    /** The life that the record names; where there is no record, as after {@code flink run}, the newest job of that name. */
    private static JobReport report(FlinkCluster cluster, ClusterJob job) throws IOException {
        Optional<JobRecord> record = job.record();
        String name = job.spec().name();
        Optional<String> id =
                record.map(JobRecord::flinkJob).or(() -> cluster.newest(name).map(JobView::id));
        return JobReport.of(cluster, name, record, id);
    }
}
