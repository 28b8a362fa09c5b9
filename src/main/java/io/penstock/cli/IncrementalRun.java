/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.SealedWindows.Sealed;
import io.penstock.job.PenstockJob;
import io.penstock.spec.JobSpec;
import io.penstock.spec.ReconcileSpec.Mode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A run of a job of increments: up to a window bound, stopped with a savepoint from which the next one goes on. */
final class IncrementalRun {
    private final StateFolder state;
    private final RunRecord record;
    private final RunView view;

    /**
     * For programs.
     *
     * @param done false when there was nothing to do
     * @param until everything before it is exported, ISO 8601
     * @param documents rows of snapshots that were read; of a job that failed and was started again in between, since then
     * @param changes that were exported; likewise
     * @param sealed by collection; empty for a job without a files sink
     * @param savepoint from which the next run goes on
     */
    record Report(
            String job,
            boolean done,
            String until,
            long documents,
            long changes,
            List<Sealed> sealed,
            String savepoint) {}

    IncrementalRun(StateFolder state, RunRecord record, RunView view) {
        this.state = state;
        this.record = record;
        this.view = view;
    }

    /**
     * Runs it, or finds that there is nothing to do.
     *
     * @param until what the user asked for, null for now
     * @param settings of Flink, given by the user
     * @param json where the report goes to, null for none
     * @return the exit code
     */
    int execute(
            JobSpec job,
            String until,
            Map<String, String> settings,
            PrintWriter json,
            CompletableFuture<Void> interrupt)
            throws Exception {
        NextIncrement next = NextIncrement.of(job, until);
        OptionalLong exported = IncrementNote.end(state.increment(), record.latest());
        if (exported.isPresent() && exported.getAsLong() >= next.until()) {
            String end = NextIncrement.text(exported.getAsLong());
            view.say("nothing to do: everything before " + end + " is exported, and this run would go up to "
                    + next.describe());
            String savepoint = record.latest().orElseThrow().toString();
            return told(json, new Report(job.name(), false, end, 0, 0, List.of(), savepoint));
        }
        view.say("  up to    " + next.describe());
        if (job.reconcile().mode() == Mode.VERSIONS) {
            view.say(
                    "  beware   reconcile.mode is versions: a change whose image the source does not keep is exported as its document is when this"
                            + " run looks, which is not what a job without an end exports");
        }
        SealedWindows windows = new SealedWindows(job);
        IncrementGoal goal = new IncrementGoal(next.until(), job.pipeline().parallelism(), view);
        LocalRun run = new LocalRun(
                job,
                state,
                record,
                (env, spec, life) -> PenstockJob.build(env, spec, life.upTo(next.increment())),
                settings,
                view);
        int code = run.execute(interrupt, goal);
        if (goal.savepoint() == null) {
            return code;
        }
        new IncrementNote(goal.savepoint(), goal.end()).write(state.increment());
        return told(json, report(job, goal, windows.since()));
    }

    private Report report(JobSpec job, IncrementGoal goal, List<Sealed> sealed) {
        RunStatus status = goal.status();
        String end = NextIncrement.text(goal.end());
        view.say("everything before " + end + " is exported: " + RunView.number(status.rows())
                + " documents of snapshots read, " + RunView.number(status.changes()) + " changes exported");
        for (Sealed each : sealed) {
            view.say("  " + each.collection() + ": " + RunView.number(each.windows())
                    + (each.windows() == 1 ? " window" : " windows") + " sealed from "
                    + (each.from() == null ? "the baseline" : each.from()) + " up to " + each.until() + ", "
                    + RunView.number(each.changes()) + " changes in them, " + RunView.number(each.documents())
                    + " documents at the end");
        }
        view.say("the next run goes on from " + goal.savepoint());
        return new Report(job.name(), true, end, status.rows(), status.changes(), sealed, goal.savepoint());
    }

    private static int told(PrintWriter json, Report report) throws IOException {
        if (json != null) {
            json.println(Json.of(report));
            json.flush();
        }
        return 0;
    }
}
