/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a running job says of itself. A cluster collects metrics every ten seconds unless it is configured otherwise, so these numbers may
 * be as old; what it does not know yet is empty.
 *
 * @param rows of the snapshot that arrived, since the tasks were started the last time
 * @param events of the change stream, likewise
 * @param changes handed to the sinks, likewise
 * @param inPerSecond records that the sources hand on, over the last minute
 * @param outPerSecond changes handed to the sinks, over the last minute
 * @param streamLagMillis between the time of the stream's position and now, by the slowest subtask
 * @param emitLagMillis between the time of the last record that was emitted and the moment of emitting, by the slowest subtask
 * @param oplogHeadroomSeconds how long the job could stand still before the source has lost the history that comes next
 * @param snapshot how far the snapshot is; empty when the enumerator says nothing of one
 * @param subtasks of the source
 */
public record JobMetrics(
        Optional<Long> rows,
        Optional<Long> events,
        Optional<Long> changes,
        Optional<Double> inPerSecond,
        Optional<Double> outPerSecond,
        Optional<Long> streamLagMillis,
        Optional<Long> emitLagMillis,
        Optional<Long> oplogHeadroomSeconds,
        Optional<Snapshot> snapshot,
        List<Subtask> subtasks) {

    /** A job of which nothing is known. */
    public static final JobMetrics NONE = new JobMetrics(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    /**
     * The snapshot's progress.
     *
     * @param documentsEstimated by the collections' metadata
     * @param collections the documents of each, done and estimated, by a name in which Flink has replaced what it does not like
     */
    public record Snapshot(
            long splitsDone,
            long splitsTotal,
            long documentsDone,
            long documentsEstimated,
            Map<String, Collection> collections) {
        /** True while there is more to read. */
        public boolean open() {
            return splitsDone < splitsTotal;
        }
    }

    /** Documents of one collection's snapshot. */
    public record Collection(long documentsDone, long documentsEstimated) {}

    /**
     * A reader.
     *
     * @param pendingRecords that its open snapshot splits are expected to hold still
     * @param streamLagMillis only of a reader that has a split of the stream
     */
    public record Subtask(
            int index,
            Optional<Double> outPerSecond,
            Optional<Long> pendingRecords,
            Optional<Long> emitLagMillis,
            Optional<Long> streamLagMillis) {}

    private static final String SOURCE = "Source__source.";
    private static final String ENUMERATOR = SOURCE + "coordinator.enumerator.";
    private static final String RECONCILE = "reconcile.reconcile.";
    private static final String EMIT_LAG = SOURCE + "currentEmitEventTimeLag";
    private static final String STREAM_LAG = SOURCE + "streamLag";
    private static final String OUT_RATE = SOURCE + "numRecordsOutPerSecond";
    private static final String PENDING = SOURCE + "pendingRecords";

    /** More are summed up only. */
    private static final int SHOWN_SUBTASKS = 32;

    /** Asks a cluster for the metrics of a job that it runs. */
    static JobMetrics ask(FlinkRest rest, JobView job) {
        Optional<JobView.Vertex> source = job.vertex("Source: source");
        Optional<JobView.Vertex> reconcile = job.vertex("reconcile");
        if (source.isEmpty() || reconcile.isEmpty()) {
            return NONE;
        }
        String vertices = "/jobs/" + job.id() + "/vertices/";
        Map<String, Double> sums = aggregated(
                rest,
                vertices + reconcile.get().id(),
                "sum",
                RECONCILE + "rows," + RECONCILE + "events," + RECONCILE + "changes,reconcile.numRecordsOutPerSecond");
        sums.putAll(aggregated(rest, vertices + source.get().id(), "sum", OUT_RATE));
        Map<String, Double> worst = aggregated(rest, vertices + source.get().id(), "max", STREAM_LAG + "," + EMIT_LAG);
        Map<String, Double> enumerator =
                enumerator(rest, vertices + source.get().id());
        return new JobMetrics(
                whole(sums, RECONCILE + "rows"),
                whole(sums, RECONCILE + "events"),
                whole(sums, RECONCILE + "changes"),
                Optional.ofNullable(sums.get(OUT_RATE)),
                Optional.ofNullable(sums.get("reconcile.numRecordsOutPerSecond")),
                whole(worst, STREAM_LAG),
                whole(worst, EMIT_LAG),
                whole(enumerator, ENUMERATOR + "oplogHeadroomSeconds"),
                snapshot(enumerator),
                subtasks(rest, vertices + source.get().id(), source.get().parallelism()));
    }

    private static Map<String, Double> aggregated(FlinkRest rest, String vertex, String how, String names) {
        Map<String, Double> values = new HashMap<>();
        rest.find(vertex + "/subtasks/metrics?agg=" + how + "&get=" + names)
                .ifPresent(metrics -> metrics.forEach(each -> number(each.path(how))
                        .ifPresent(value -> values.put(each.path("id").asText(), value))));
        return values;
    }

    private static Map<String, Double> values(FlinkRest rest, String path, String names) {
        Map<String, Double> values = new HashMap<>();
        rest.find(path + "?get=" + names)
                .ifPresent(metrics -> metrics.forEach(each -> number(each.path("value"))
                        .ifPresent(value -> values.put(each.path("id").asText(), value))));
        return values;
    }

    /** All of the enumerator's; releases before 1.20 do not serve them. */
    private static Map<String, Double> enumerator(FlinkRest rest, String vertex) {
        List<String> names = new ArrayList<>();
        rest.find(vertex + "/jm-operator-metrics")
                .ifPresent(metrics ->
                        metrics.forEach(each -> names.add(each.path("id").asText())));
        names.removeIf(name -> !name.startsWith(ENUMERATOR));
        return names.isEmpty() ? Map.of() : values(rest, vertex + "/jm-operator-metrics", String.join(",", names));
    }

    private static Optional<Snapshot> snapshot(Map<String, Double> enumerator) {
        if (!enumerator.containsKey(ENUMERATOR + "snapshotSplitsTotal")) {
            return Optional.empty();
        }
        String prefix = ENUMERATOR + "namespace.";
        String suffix = ".snapshotDocumentsEstimated";
        Map<String, Collection> collections = new TreeMap<>();
        enumerator.forEach((name, estimated) -> {
            if (name.startsWith(prefix) && name.endsWith(suffix)) {
                String collection = name.substring(prefix.length(), name.length() - suffix.length());
                collections.put(
                        collection,
                        new Collection(
                                whole(enumerator, prefix + collection + ".snapshotDocumentsDone")
                                        .orElse(0L),
                                estimated.longValue()));
            }
        });
        return Optional.of(new Snapshot(
                whole(enumerator, ENUMERATOR + "snapshotSplitsDone").orElse(0L),
                whole(enumerator, ENUMERATOR + "snapshotSplitsTotal").orElse(0L),
                whole(enumerator, ENUMERATOR + "snapshotDocumentsDone").orElse(0L),
                whole(enumerator, ENUMERATOR + "snapshotDocumentsEstimated").orElse(0L),
                collections));
    }

    private static List<Subtask> subtasks(FlinkRest rest, String vertex, int parallelism) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Math.min(parallelism, SHOWN_SUBTASKS); i++) {
            names.addAll(List.of(i + "." + OUT_RATE, i + "." + PENDING, i + "." + EMIT_LAG, i + "." + STREAM_LAG));
        }
        Map<String, Double> values = values(rest, vertex + "/metrics", String.join(",", names));
        List<Subtask> subtasks = new ArrayList<>();
        for (int i = 0; i < Math.min(parallelism, SHOWN_SUBTASKS); i++) {
            subtasks.add(new Subtask(
                    i,
                    Optional.ofNullable(values.get(i + "." + OUT_RATE)),
                    whole(values, i + "." + PENDING),
                    whole(values, i + "." + EMIT_LAG),
                    whole(values, i + "." + STREAM_LAG)));
        }
        return subtasks;
    }

    /** Below zero, our metrics say that there is nothing to say. */
    private static Optional<Long> whole(Map<String, Double> values, String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> value >= 0).map(Double::longValue);
    }

    /** Flink writes numbers as texts, and some that are none. */
    private static Optional<Double> number(JsonNode value) {
        double number = value.asDouble(Double.NaN);
        return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
    }
}
