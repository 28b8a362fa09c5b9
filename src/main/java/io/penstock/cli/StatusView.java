/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Checkpointing;
import io.penstock.cluster.FlinkCluster;
import io.penstock.cluster.JobMetrics;
import io.penstock.cluster.JobReport;
import io.penstock.cluster.JobView;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The status of a job as a person reads it; values in, text out. */
final class StatusView {
    private static final String TO_THE_TOP = "\033[H\033[2J";
    private static final int SECONDS = 1000;

    private StatusView() {}

    /** All that is known, a fact a line. */
    static String page(JobReport report, boolean redrawn) {
        List<String> lines = new ArrayList<>();
        lines.add(report.job() + "   " + state(report));
        lines.add("  cluster      " + report.cluster()
                + report.flinkJob().map(id -> ", Flink job " + id).orElse(""));
        if (report.parallelism() > 0) {
            lines.add("  parallelism  " + report.parallelism() + "   restarts " + report.restarts());
        }
        report.remembered().ifPresent(path -> lines.add("  continues    from " + path));
        report.checkpoints().ifPresent(checkpoints -> lines.addAll(checkpoints(checkpoints, report.now())));
        lines.addAll(metrics(report.metrics()));
        report.lastFailure().ifPresent(why -> lines.add("  last failure " + Failures.redacted(why)));
        return (redrawn ? TO_THE_TOP : "") + String.join("\n", lines) + "\n";
    }

    /** The same in a line, for a log. */
    static String line(JobReport report) {
        JobMetrics metrics = report.metrics();
        return report.job() + " " + state(report) + "   lag "
                + metrics.streamLagMillis().map(RunView::seconds).orElse("-")
                + "   in " + rate(metrics.inPerSecond()) + "   out " + rate(metrics.outPerSecond())
                + "   restarts " + report.restarts()
                + report.checkpoints()
                        .flatMap(Checkpointing::last)
                        .map(last -> "   checkpoint " + last.id() + ", " + ago(report.now() - last.completedAt()))
                        .orElse("");
    }

    /** Every job of a cluster. */
    static String list(URI cluster, FlinkCluster.Slots slots, List<JobView> jobs, boolean redrawn) {
        StringBuilder text = new StringBuilder(redrawn ? TO_THE_TOP : "");
        text.append(cluster)
                .append(": ")
                .append(slots.free())
                .append(" of ")
                .append(slots.total())
                .append(" slots free, on ")
                .append(slots.taskManagers())
                .append(slots.taskManagers() == 1 ? " TaskManager\n" : " TaskManagers\n");
        for (JobView job : jobs) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-30s %-12s %10s   %s%n",
                    job.name(),
                    job.state().name().toLowerCase(Locale.ROOT),
                    time(job.millis()),
                    job.id()));
        }
        return jobs.isEmpty() ? text + "  no jobs\n" : text.toString();
    }

    private static String state(JobReport report) {
        String desired = report.desired()
                .map(wanted -> wanted.name().toLowerCase(Locale.ROOT))
                .orElse("");
        if (report.state().isEmpty()) {
            return report.desired().isEmpty()
                    ? "not there: it was never submitted"
                    : report.asDesired()
                            ? desired
                            : "NOT THERE: it should be " + desired + ", and the cluster does not know it";
        }
        String state = report.state().get().name().toLowerCase(Locale.ROOT);
        if (report.asDesired()) {
            boolean runs = desired.isEmpty() || desired.equals("running");
            return (runs
                            ? state + (state.equals("running") && !report.runsAsAWhole() ? ", not all tasks yet" : "")
                            : desired)
                    + " for " + time(report.inState());
        }
        return state.toUpperCase(Locale.ROOT) + " for " + time(report.inState())
                + (desired.isEmpty() ? "" : "; it should be " + desired);
    }

    private static List<String> checkpoints(Checkpointing checkpoints, long now) {
        List<String> lines = new ArrayList<>();
        lines.add("  checkpoints  " + RunView.number(checkpoints.completed()) + " complete, "
                + RunView.number(checkpoints.failed()) + " failed"
                + (checkpoints.inProgress() > 0 ? ", " + checkpoints.inProgress() + " in progress" : ""));
        checkpoints
                .last()
                .ifPresent(last -> lines.add("    last       " + (last.savepoint() ? "savepoint " : "") + last.id()
                        + ", "
                        + ago(now - last.completedAt()) + ", took " + RunView.seconds(last.durationMillis()) + ", "
                        + PlanCommand.size(last.bytes()) + " (" + PlanCommand.size(last.newBytes()) + " new)"));
        checkpoints
                .lastFailure()
                .ifPresent(failed -> lines.add("    failed     " + failed.id() + ", " + ago(now - failed.at())
                        + (failed.why().isEmpty() ? "" : ": " + Failures.redacted(failed.why()))));
        return lines;
    }

    private static List<String> metrics(JobMetrics metrics) {
        List<String> lines = new ArrayList<>();
        if (metrics.equals(JobMetrics.NONE)) {
            return lines;
        }
        lines.add("  rates        " + rate(metrics.inPerSecond()) + " in, " + rate(metrics.outPerSecond()) + " out; "
                + metrics.rows().map(RunView::number).orElse("-") + " rows and "
                + metrics.events().map(RunView::number).orElse("-") + " events read, "
                + metrics.changes().map(RunView::number).orElse("-") + " changes exported");
        lines.add("  lag          stream "
                + metrics.streamLagMillis().map(RunView::seconds).orElse("-")
                + ", last record "
                + metrics.emitLagMillis().map(RunView::seconds).orElse("-")
                + metrics.oplogHeadroomSeconds()
                        .map(seconds -> "; the oplog reaches back " + time(seconds * SECONDS))
                        .orElse(""));
        metrics.snapshot().filter(JobMetrics.Snapshot::open).ifPresent(snapshot -> lines.addAll(snapshot(snapshot)));
        if (metrics.subtasks().size() > 1) {
            metrics.subtasks()
                    .forEach(each -> lines.add("    reader " + each.index() + "   " + rate(each.outPerSecond())
                            + each.pendingRecords()
                                    .filter(rows -> rows > 0)
                                    .map(rows -> ", " + RunView.number(rows) + " rows to come")
                                    .orElse("")
                            + each.streamLagMillis()
                                    .map(lag -> ", stream lag " + RunView.seconds(lag))
                                    .orElse("")));
        }
        return lines;
    }

    private static List<String> snapshot(JobMetrics.Snapshot snapshot) {
        List<String> lines = new ArrayList<>();
        lines.add("  snapshot     " + share(snapshot.documentsDone(), snapshot.documentsEstimated()) + ", split "
                + snapshot.splitsDone() + " of " + snapshot.splitsTotal());
        if (snapshot.collections().size() > 1) {
            snapshot.collections()
                    .forEach((name, each) ->
                            lines.add("    " + name + "   " + share(each.documentsDone(), each.documentsEstimated())));
        }
        return lines;
    }

    private static String share(long done, long estimated) {
        return RunView.number(done) + " of about " + RunView.number(estimated) + " documents"
                + (estimated > 0 ? " (" + Math.min(100, 100 * done / estimated) + " %)" : "");
    }

    private static String rate(Optional<Double> perSecond) {
        return perSecond.map(rate -> RunView.number(Math.round(rate)) + "/s").orElse("-");
    }

    private static String ago(long millis) {
        return time(Math.max(0, millis)) + " ago";
    }

    /** {@code 5 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 3 d 4 h}. */
    static String time(long millis) {
        long seconds = millis / SECONDS;
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                : seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }
}
