/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Submission;
import io.penstock.spec.JobSpec;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock submit}: a job's first start on a cluster. */
@Command(
        name = "submit",
        header = "Start a job on a Flink cluster.",
        description =
                "Starts a job on a Flink cluster: asks source and targets whether it can work (where their secrets are"
                        + " set here), submits it with its job jar, and waits until it runs. Secrets are not sent: each"
                        + " process of the cluster finds them in its own environment.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job runs, or was accepted and waits for the cluster",
            "1:refused, or failed",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock submit jobs/cities.yaml",
            "  penstock submit -p 4 --cluster http://flink:8081 jobs/cities.yaml",
            "  penstock submit --from-savepoint /backup/savepoint-1a2b jobs/cities.yaml"
        })
final class SubmitCommand extends Verb {
    @Option(names = "--from-savepoint", paramLabel = "PATH", description = "Begin at a savepoint or checkpoint.")
    private String savepoint;

    @Option(
            names = "--fresh",
            description =
                    "Export a job again that was cancelled or finished; refused while the target holds an export.")
    private boolean fresh;

    @Option(
            names = {"-p", "--parallelism"},
            paramLabel = "N",
            description = "Subtasks of each operator; the job file's pipeline.parallelism by default.")
    private Integer parallelism;

    /** For programs. */
    private record Submitted(String job, String flinkJob, long token, String cluster, Long millisUntilRunning) {}

    @Override
    Integer parallelism() {
        return parallelism;
    }

    @Override
    Object act(Operation operation) throws IOException {
        operation.file().requireServer();
        Submission submission = new Submission(operation.job());
        submission.requireAllowed(fresh);
        if (savepoint == null) {
            Targets.requireEmpty(operation.file().spec(), true);
            requireThatItCanWork();
            if (!fresh && LostCheckpoints.isAskedFor(operation.file().spec())) {
                say(LostCheckpoints.NOTHING_KNOWN);
            }
        }
        JobRecord record = submission.begin(Optional.ofNullable(savepoint), fresh);
        say(operation.name() + " is submitted to " + operation.cluster().address() + " as " + record.flinkJob());
        Optional<Duration> running = operation.awaitRunning(record, this::say);
        return new Submitted(
                record.name(),
                record.flinkJob(),
                record.token(),
                operation.cluster().address().toString(),
                running.map(Duration::toMillis).orElse(null));
    }

    private void requireThatItCanWork() {
        Optional<JobSpec> resolved = JobFiles.resolved(typed());
        if (resolved.isEmpty()) {
            say("the secrets are not set here, so source and targets were not asked (penstock plan does)");
            return;
        }
        Planner.requireThatItCanWork(resolved.get());
    }
}
