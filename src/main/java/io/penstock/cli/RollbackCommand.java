/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Resumption;
import io.penstock.cluster.Resumption.Prepared;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock rollback}: begin further back than the job got to. */
@Command(
        name = "rollback",
        header = "Take a job back to a savepoint.",
        description =
                "Ends the job, whatever it does, and starts it from an older savepoint or checkpoint. What came after it is exported"
                        + " again: the same versions with a greater revision, so that a consumer tells what is repeated."
                        + " The source is asked for its time, so the secrets of the source must be set here.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job runs, or was accepted and waits for the cluster",
            "1:refused, or failed",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock savepoint jobs/cities.yaml",
            "  penstock rollback jobs/cities.yaml --to \\",
            "    data/cities/state/savepoints/1a2b/savepoint-1a2b-3c4d"
        })
final class RollbackCommand extends Verb {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "PATH",
            description = "A savepoint or checkpoint of this job.")
    private String target;

    /** For programs. */
    private record RolledBack(
            String job, String flinkJob, long token, String from, int rollbacks, Long millisUntilRunning) {}

    @Override
    Object act(Operation operation) throws IOException {
        operation.file().requireServer();
        FileChanges changes = FileChanges.since(operation);
        Prepared prepared = Rollbacks.to(operation, target, this::say);
        changes.say(this::say);
        JobRecord record = new Resumption(operation.job()).begin(prepared, changes.leaveState());
        Optional<Duration> running = operation.awaitRunning(record, this::say);
        return new RolledBack(
                operation.name(),
                record.flinkJob(),
                record.token(),
                record.startedFrom().orElseThrow(),
                record.rollbacks().size(),
                running.map(Duration::toMillis).orElse(null));
    }
}
