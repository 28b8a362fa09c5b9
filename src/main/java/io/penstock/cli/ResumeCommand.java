/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Resumption;
import io.penstock.cluster.Resumption.Prepared;
import io.penstock.store.JobRecord;
import io.penstock.store.StoredState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock resume}: the next life, where the last one got to. */
@Command(
        name = "resume",
        header = "Continue a job where it stopped.",
        description =
                "Continues a job that is paused or cancelled, that failed for good, or that its cluster has lost: from the"
                        + " savepoint of the pause, else from the newest complete checkpoint. The job file may have changed: what"
                        + " follows is said, and what cannot be is refused with the reason.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job runs, or was accepted and waits for the cluster",
            "1:refused, or failed",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock resume jobs/cities.yaml",
            "  penstock resume -p 4 jobs/cities.yaml",
            "",
            "From an older checkpoint, as when the newest is damaged (see rollback):",
            "  penstock resume --from data/cities/state/checkpoints/1a2b/chk-7 \\",
            "    jobs/cities.yaml"
        })
final class ResumeCommand extends Verb {
    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Begin at this savepoint or checkpoint; one that is older than where the job got to is a rollback.")
    private String from;

    @Option(
            names = {"-p", "--parallelism"},
            paramLabel = "N",
            description = "Subtasks of each operator; the job file's pipeline.parallelism by default.")
    private Integer parallelism;

    /** For programs. */
    private record Resumed(
            String job, boolean done, String flinkJob, long token, String from, Long millisUntilRunning) {}

    @Override
    Integer parallelism() {
        return parallelism;
    }

    @Override
    Object act(Operation operation) throws IOException {
        operation.file().requireServer();
        FileChanges changes = FileChanges.since(operation);
        boolean mayBeLost = LostCheckpoints.isAskedFor(operation.file().spec());
        Prepared prepared = from == null
                ? new Resumption(operation.job()).prepare(mayBeLost)
                : Rollbacks.toOlder(operation, from, this::say);
        if (prepared.alive()) {
            JobRecord running = prepared.read().value();
            say(operation.name() + " runs already (" + running.where() + ")");
            return new Resumed(operation.name(), false, running.flinkJob(), running.token(), null, 0L);
        }
        prepared.lost().ifPresent(why -> say(operation.name() + ": " + why));
        if (prepared.from().isEmpty() && mayBeLost) {
            Optional<LostCheckpoints.Found> lost =
                    LostCheckpoints.find(operation.file().spec());
            if (lost.isPresent()) {
                return resumed(
                        operation.from(lost.get().start().recovery()), lose(operation, prepared, lost.get()), changes);
            }
            say(LostCheckpoints.NOTHING_KNOWN);
        }
        if (prepared.from().isEmpty()) {
            Targets.requireEmpty(operation.file().spec(), false);
        }
        return resumed(operation, prepared, changes);
    }

    private Prepared lose(Operation operation, Prepared prepared, LostCheckpoints.Found lost) throws IOException {
        Prepared noted = new Resumption(operation.job())
                .lose(prepared, lost.now(), lost.start().details());
        int revision = noted.read().value().rollbacks().size();
        lost.start().describe(operation.name(), revision).forEach(this::say);
        return noted;
    }

    private Resumed resumed(Operation operation, Prepared prepared, FileChanges changes) throws IOException {
        changes.say(this::say);
        Optional<String> state = prepared.from().map(StoredState::path).map(Object::toString);
        JobRecord record = new Resumption(operation.job()).begin(prepared, changes.leaveState());
        String beginning = operation.file().isRecovered()
                ? "what its metadata store knows"
                : "the beginning: no checkpoint was ever complete";
        say(operation.name() + " continues from " + state.orElse(beginning));
        Optional<Duration> running = operation.awaitRunning(record, this::say);
        return new Resumed(
                operation.name(),
                true,
                record.flinkJob(),
                record.token(),
                state.orElse(null),
                running.map(Duration::toMillis).orElse(null));
    }
}
