/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.job.PenstockJob;
import io.penstock.source.Recovery;
import io.penstock.spec.JobSpec;
import io.penstock.spec.StartupSpec.Mode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock run}: a job in this process. */
@Command(
        name = "run",
        header = "Run a job here until Ctrl-C; the same command continues.",
        description = "Runs a job here until Ctrl-C, and continues where the last run stopped, however it ended."
                + " A job with source.startup.mode: incremental ends by itself, at the last window bound before now.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped with a savepoint, finished (snapshot-only), or there was nothing to do (incremental)",
            "1:failed, or stopped without a savepoint; the next run repeats some work, the export stays exact",
            "2:wrong usage, or an invalid job file",
            "130:ended at once, by a second Ctrl-C; the same holds as for 1"
        },
        footerHeading = "%nCtrl-C or SIGTERM stops with a savepoint, within 25 seconds; a second Ctrl-C ends at once."
                + "%n%nExamples:%n",
        footer = {
            "  penstock run jobs/cities.yaml          the source that the job file names",
            "  penstock run -p 4 jobs/cities.yaml     the same state, four subtasks",
            "  penstock run --fresh jobs/cities.yaml  from the beginning, empty target",
            "  penstock run --until 2026-11-23T00:00Z --json jobs/nightly.yaml",
            "",
            "Half a gigabyte of heap, one of RocksDB:",
            "  PENSTOCK_OPTS=-Xmx512m penstock run -D taskmanager.memory.managed.size=1g \\",
            "    jobs/cities.yaml"
        })
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Option(
            names = "--fresh",
            description =
                    "Forget earlier runs and export from the beginning; refused while the target holds an export.")
    private boolean fresh;

    @Option(
            names = "--take-over",
            description = "Continue a job here that runs on a cluster: there it commits nothing more, and ends.")
    private boolean takeOver;

    @Option(
            names = {"-p", "--parallelism"},
            paramLabel = "N",
            description = "Subtasks of each operator; the job file's pipeline.parallelism by default.")
    private Integer parallelism;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "A setting of Flink; can be given again.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Of a job of increments: end at the last window bound at or before this time of the source,"
                    + " ISO 8601 or a cluster time; now by default.")
    private String until;

    @Option(names = "--json", description = "Of a job of increments: print what was exported as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String text = JobFiles.text(file);
        JobSpec job = JobFiles.at(parallelism, JobSpec.parse(file.toString(), text, System::getenv));
        if ((until != null || json) && !isIncremental(job)) {
            throw Failure.usage(
                    "--until and --json are for a job with source.startup.mode: incremental; this one goes on");
        }
        try (StateFolder state = StateFolder.open(stateFolder(job));
                RunView view = json
                        ? new RunView(spec.commandLine().getErr(), false)
                        : new RunView(out(), Console.interactive())) {
            Logs.to(state.log());
            try (SourceServer server = SourceServer.of(job, state.server());
                    RunRecord record = RunRecord.open(state, server.job(), text, Audit.of(spec, parallelism))) {
                return run(server, state, record, view);
            }
        }
    }

    private int run(SourceServer server, StateFolder state, RunRecord record, RunView view) throws Exception {
        JobSpec job = server.job();
        if (record.finished() && !fresh) {
            view.say(job.name() + " was exported completely by an earlier run; --fresh exports it again");
            return 0;
        }
        record.endEarlierLife(takeOver);
        boolean mayBeLost = !fresh && LostCheckpoints.isAskedFor(job) && record.areCheckpointsLost();
        Optional<LostCheckpoints.Found> lost =
                mayBeLost && record.isKnown() ? LostCheckpoints.find(job) : Optional.empty();
        if (lost.isEmpty() && (fresh || mayBeLost || record.latest().isEmpty())) {
            Targets.requireEmpty(job, fresh);
            record.forget();
        }
        view.say(job.name() + ": "
                + String.join(", ", job.sinks().stream().map(Targets::describe).toList()));
        try (Interrupts interrupts = Interrupts.handle()) {
            view.say("  source   " + server.describe());
            if (lost.isPresent() || record.latest().isEmpty()) {
                Planner.requireThatItCanWork(job);
            }
            if (mayBeLost && lost.isEmpty()) {
                view.say(LostCheckpoints.NOTHING_KNOWN);
            }
            if (lost.isPresent()) {
                record.lose(lost.get());
                lost.get().start().describe(job.name(), record.rollbacks()).forEach(view::say);
            }
            if (isIncremental(job)) {
                return new IncrementalRun(state, record, view)
                        .execute(job, until, settings, json ? out() : null, interrupts.requested());
            }
            Recovery recovery = lost.map(found -> found.start().recovery()).orElse(null);
            LocalRun.Topology topology = (env, spec, life) -> PenstockJob.build(env, spec, life.from(recovery));
            return new LocalRun(job, state, record, topology, settings, view)
                    .execute(interrupts.requested(), LocalRun.Goal.NONE);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static boolean isIncremental(JobSpec job) {
        return job.source().startup().mode() == Mode.INCREMENTAL;
    }

    private static Path stateFolder(JobSpec job) {
        org.apache.flink.core.fs.Path path =
                new org.apache.flink.core.fs.Path(job.pipeline().stateDir());
        String scheme = path.toUri().getScheme();
        if (scheme != null && !scheme.equals("file")) {
            throw Failure.usage("run keeps its state on this machine; pipeline.state-dir is " + path);
        }
        return Path.of(path.toUri().getPath());
    }
}
