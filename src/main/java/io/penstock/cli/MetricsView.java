/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The metrics of the job that runs in this process, read where they are: Flink's own way to them, through the web UI,
 * is ten seconds behind. Flink makes the one instance and tells it of each metric as operators come and go; any thread
 * may read.
 */
public final class MetricsView implements MetricReporter {
    private static final MetricsView INSTANCE = new MetricsView();

    private final Map<Metric, Known> metrics = new ConcurrentHashMap<>();

    /** A metric's name, and the variables of its place: {@code <operator_name>} and the like. */
    private record Known(String name, Map<String, String> variables) {}

    /** How Flink finds the view, through {@code META-INF/services}. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return INSTANCE;
        }
    }

    MetricsView() {}

    /** Adds the view to a cluster's configuration, and returns it. */
    static MetricsView of(Configuration configuration) {
        configuration.setString("metrics.reporter.view.factory.class", Factory.class.getName());
        return INSTANCE;
    }

    @Override
    public void open(MetricConfig config) {
        metrics.clear();
    }

    @Override
    public void close() {
        metrics.clear();
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        metrics.put(metric, new Known(name, group.getAllVariables()));
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        metrics.remove(metric);
    }

    /** The sum of the counters of a name, over all subtasks of the operators whose name begins so. */
    long sum(String operator, String name) {
        return named(name)
                .filter(entry -> entry.getValue()
                        .variables()
                        .getOrDefault("<operator_name>", "")
                        .startsWith(operator))
                .mapToLong(entry -> entry.getKey() instanceof Counter counter ? counter.getCount() : 0)
                .sum();
    }

    /** The values of the gauges of a name, one a subtask of the operators whose name begins so. */
    List<Long> values(String operator, String name) {
        return named(name)
                .filter(entry -> entry.getValue()
                        .variables()
                        .getOrDefault("<operator_name>", "")
                        .startsWith(operator))
                .filter(entry -> entry.getKey() instanceof Gauge<?>)
                .map(entry -> ((Gauge<?>) entry.getKey()).getValue())
                .filter(Number.class::isInstance)
                .map(value -> ((Number) value).longValue())
                .toList();
    }

    /** The gauges of a name, by a variable of their groups. */
    Map<String, Long> gauges(String name, String variable) {
        Map<String, Long> values = new HashMap<>();
        named(name).forEach(entry -> {
            String key = entry.getValue().variables().get(variable);
            if (key != null && entry.getKey() instanceof Gauge<?> gauge && gauge.getValue() instanceof Number value) {
                values.put(key, value.longValue());
            }
        });
        return values;
    }

    /** The greatest value of the gauges of a name, those below zero left out: they say that there is none. */
    OptionalLong greatest(String name) {
        return named(name)
                .filter(entry -> entry.getKey() instanceof Gauge<?>)
                .map(entry -> ((Gauge<?>) entry.getKey()).getValue())
                .filter(Number.class::isInstance)
                .mapToLong(value -> ((Number) value).longValue())
                .filter(value -> value >= 0)
                .max();
    }

    private Stream<Map.Entry<Metric, Known>> named(String name) {
        return metrics.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(name));
    }
}
