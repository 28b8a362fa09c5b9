/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.preflight;

import com.mongodb.MongoException;
import io.penstock.record.Namespace;
import io.penstock.source.Scope;
import io.penstock.source.SourceOptions;
import io.penstock.source.preflight.Report.CollectionReport;
import io.penstock.source.preflight.Report.Problem;
import io.penstock.source.preflight.Report.Skipped;
import io.penstock.source.server.ChangeQuery;
import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.CollectionSize;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.RowQuery;
import io.penstock.source.server.ServerErrors;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.SourceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.RawBsonDocument;

/**
 * Looks at a source before a job runs: does once, and small, what the job will do, so that a missing privilege shows as the
 * command that was refused. Changes nothing. Blocks; any one thread.
 */
public final class Preflight {
    private static final int SAMPLE = 200;

    private final SourceServer server;
    private final SourceOptions options;
    private final int parallelism;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    private Preflight(SourceServer server, SourceOptions options, int parallelism) {
        this.server = server;
        this.options = options;
        this.parallelism = parallelism;
    }

    /**
     * Looks at a job file's source.
     *
     * @param parallelism how many readers the job will have
     * @throws MongoException when the server cannot be reached, or refuses to let us in
     */
    public static Report check(SourceSpec spec, int parallelism) {
        try (SourceServer server = new DriverServerFactory(spec).open()) {
            return check(server, SourceOptions.of(spec, false, null, null), parallelism);
        }
    }

    /** Looks at a source through a given connection. */
    public static Report check(SourceServer server, SourceOptions options, int parallelism) {
        return new Preflight(server, options, parallelism).look();
    }

    private Report look() {
        List<Integer> version = server.version();
        long now = server.operationTime();
        if (version.get(0) * 10 + version.get(1) < 42) {
            problems.add(Problem.error(
                    "the server is older than 4.2, the oldest that change streams of a whole scope need"));
        }
        List<CollectionReport> collections = new ArrayList<>();
        for (CollectionInfo info : listed()) {
            collections.add(report(info));
        }
        collections.sort(Comparator.comparing(CollectionReport::namespace));
        missing(collections);
        attempt(
                "changeStream, find on "
                        + (options.scope().database() == null
                                ? "all databases"
                                : options.scope().database()),
                () -> openStream(now));
        Estimates estimates = Estimates.of(collections, options, parallelism);
        long oldest = server.oldestChange();
        Duration reach = oldest < 0 ? null : Duration.ofSeconds(Math.max(0, (now >>> 32) - oldest));
        about(version, reach, estimates);
        problems.sort(Comparator.comparing(Problem::isError).reversed());
        return new Report(
                version.stream().map(String::valueOf).collect(Collectors.joining(".")),
                Features.of(version),
                List.copyOf(collections),
                List.copyOf(skipped),
                reach,
                estimates.snapshotTime(),
                estimates.stateForImages(),
                estimates.stateForVersions(),
                List.copyOf(problems));
    }

    private List<CollectionInfo> listed() {
        Scope scope = options.scope();
        List<CollectionInfo> found = new ArrayList<>();
        attempt("listCollections", () -> {
            for (CollectionInfo info : server.collections(scope.database())) {
                if (!scope.matches(info.namespace())) {
                    continue;
                }
                if (info.isExportable()) {
                    found.add(info);
                } else if (scope.names().contains(info.namespace())) {
                    problems.add(Problem.error(info.namespace() + " is a " + info.type()
                            + ": it has no change stream; name the collections that it is made of"));
                } else {
                    skipped.add(new Skipped(info.namespace(), "a " + info.type() + " has no change stream"));
                }
            }
        });
        return found;
    }

    private CollectionReport report(CollectionInfo info) {
        Namespace namespace = info.namespace();
        CollectionSize[] size = {new CollectionSize(0, 0)};
        Set<String> types = new TreeSet<>();
        attempt("collStats on " + namespace, () -> size[0] = server.size(namespace));
        attempt("find on " + namespace, () -> {
            server.rows(new RowQuery(namespace, null, null, 0)).close();
            for (byte[] id : server.sampleIds(namespace, SAMPLE, null)) {
                types.add(
                        new RawBsonDocument(id).get("_id").getBsonType().name().toLowerCase(java.util.Locale.ROOT));
            }
        });
        if (info.capped()) {
            problems.add(Problem.warning(namespace
                    + " is capped: it cannot be read at one point in time; its rows are placed between two times"));
        }
        if (info.collation() != null) {
            problems.add(
                    Problem.warning(
                            namespace
                                    + " has a collation: keys are told apart by their bytes, so `_id`s that only compare equal are different keys"));
        }
        return new CollectionReport(
                namespace, size[0].documents(), size[0].bytes(), info.capped(), info.collation(), types);
    }

    private void missing(List<CollectionReport> collections) {
        Set<Namespace> found =
                collections.stream().map(CollectionReport::namespace).collect(Collectors.toSet());
        options.scope().names().stream()
                .sorted()
                .filter(name -> !found.contains(name))
                .filter(name ->
                        problems.stream().noneMatch(problem -> problem.text().startsWith(name + " ")))
                .forEach(name -> problems.add(
                        Problem.warning(name + " does not exist; it is exported from its first document on")));
        if (collections.isEmpty() && options.scope().names().isEmpty()) {
            problems.add(Problem.warning("no collection matches yet"));
        }
    }

    private void openStream(long now) {
        try (SourceServer.ChangeCursor cursor = server.changes(ChangeQuery.trial(options.scope(), now))) {
            cursor.tryNext();
        }
    }

    private void about(List<Integer> version, Duration reach, Estimates estimates) {
        if (reach == null) {
            problems.add(Problem.warning("how far the oplog reaches back cannot be seen (find on local.oplog.rs)"));
        } else if (reach.compareTo(estimates.snapshotTime()) < 0) {
            problems.add(
                    Problem.warning(
                            "the oplog reaches back " + reach + ", the snapshot should take about "
                                    + estimates.snapshotTime()
                                    + ": the stream is read meanwhile, so only a job that stands still for longer than the oplog loses its place"));
        }
        if (server.isSharded()) {
            problems.add(Problem.warning(
                    "a sharded cluster does not make `_id` unique across shards; Penstock takes it to be"));
        }
        if (version.get(0) < 5) {
            problems.add(Problem.warning(
                    "before 5.0 no collection can be read at one point in time; rows are placed between two times"));
        }
    }

    private void attempt(String privilege, Runnable action) {
        try {
            action.run();
        } catch (MongoException e) {
            String what = ServerErrors.isRefused(e)
                    ? "the user lacks the privilege " + privilege
                            + " (docs/security.md has a role with all that is needed): "
                    : privilege + " fails: ";
            problems.add(Problem.error(what + e.getMessage()));
        }
    }
}
