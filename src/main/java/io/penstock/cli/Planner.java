/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.MongoException;
import io.penstock.record.Namespace;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.jdbc.JdbcPreflight;
import io.penstock.sink.kafka.KafkaPreflight;
import io.penstock.source.preflight.Preflight;
import io.penstock.source.preflight.Report;
import io.penstock.source.preflight.Samples;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.SinkSpec;
import io.penstock.store.JobRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the plan of a job: asks its source and its targets, and changes nothing in either. */
final class Planner {
    private final JobSpec job;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();

    private Planner(JobSpec job) {
        this.job = job;
    }

    /** Asks; takes half a minute when nobody answers. */
    static Plan of(JobSpec job) {
        return new Planner(job).ask();
    }

    /**
     * Asks, and refuses what cannot work.
     *
     * @throws Failure with every reason
     */
    static void requireThatItCanWork(JobSpec job) {
        List<String> problems = of(job).problems();
        if (!problems.isEmpty()) {
            throw Failure.failed("this job cannot work:\n  " + String.join("\n  ", problems));
        }
    }

    private Plan ask() {
        Optional<Report> report = source();
        List<Plan.Collection> collections = report.map(Planner::collections).orElse(List.of());
        job.sinks().forEach(sink -> sink(sink, collections));
        metadata();
        return new Plan(
                job.name(),
                report.map(Report::serverVersion).orElse(null),
                report.map(Report::features).orElse(List.of()),
                collections,
                report.map(Planner::skipped).orElse(List.of()),
                report.map(Report::oplogReach).map(reach -> reach.toSeconds()).orElse(-1L),
                report.map(found -> found.snapshotTime().toSeconds()).orElse(0L),
                report.map(this::state).orElse(0L),
                List.copyOf(statements),
                problems.stream().map(DriverMessage::brief).toList(),
                List.copyOf(warnings));
    }

    private Optional<Report> source() {
        if (job.source().isEmbedded()) {
            warnings.add("the source is embedded: there is nothing to ask before it runs (set MONGODB_URI)");
            return Optional.empty();
        }
        try {
            Report report = Preflight.check(job.source(), job.pipeline().parallelism());
            report.problems()
                    .forEach(each -> (each.isError() ? problems : warnings).add(Failures.redacted(each.text())));
            return Optional.of(report);
        } catch (MongoException e) {
            problems.add("cannot use the source: " + Failures.line(e));
            return Optional.empty();
        }
    }

    private static List<Plan.Collection> collections(Report report) {
        return report.collections().stream()
                .map(each -> new Plan.Collection(
                        each.namespace().toString(), each.documents(), each.bytes(), each.idTypes()))
                .toList();
    }

    private static List<String> skipped(Report report) {
        return report.skipped().stream()
                .map(each -> each.namespace() + ": " + each.reason())
                .toList();
    }

    private long state(Report report) {
        return job.reconcile().mode() == ReconcileSpec.Mode.IMAGES
                ? report.stateForImages()
                : report.stateForVersions();
    }

    private void sink(SinkSpec sink, List<Plan.Collection> collections) {
        List<Namespace> namespaces = collections.stream()
                .filter(each -> sink.exports(each.namespace()))
                .map(each -> Namespace.parse(each.namespace()))
                .toList();
        if (sink instanceof KafkaSinkSpec kafka) {
            KafkaPreflight.Report report = KafkaPreflight.check(kafka, job.pipeline(), namespaces);
            problems.addAll(report.problems());
            warnings.addAll(report.warnings());
        } else if (sink instanceof JdbcSinkSpec jdbc) {
            JdbcPreflight.Report report = JdbcPreflight.check(jdbc, namespaces, this::samples);
            report.problems().forEach(each -> problems.add("sink " + jdbc.name() + ": " + each));
            statements.addAll(report.missing());
        } else if (sink instanceof FilesSinkSpec files) {
            files(files, "sink " + sink.name() + ": ");
        }
    }

    private List<byte[]> samples(Namespace namespace) {
        try {
            return Samples.of(job.source(), namespace);
        } catch (MongoException e) {
            warnings.add("cannot look at documents of " + namespace + ": " + Failures.line(e));
            return List.of();
        }
    }

    private void metadata() {
        if (job.metadata() == null) {
            return;
        }
        if (job.metadata().isEmbedded()) {
            warnings.add(
                    "the metadata store is embedded: there is nothing to ask before it runs (set PENSTOCK_METADATA_URI)");
            return;
        }
        try (JobRecords records = JobRecords.of(job)) {
            records.read();
        } catch (IOException e) {
            problems.add(Failures.redacted(e.getMessage()));
        }
    }

    private void files(FilesSinkSpec files, String name) {
        try {
            int there = ExportReader.files(files.path()).size();
            if (there > 0) {
                warnings.add(
                        name + files.path() + " holds " + there + " files; only a run that continues may add to them");
            }
        } catch (IOException e) {
            problems.add(name + "cannot use " + files.path() + ": " + e.getMessage());
        }
    }
}
