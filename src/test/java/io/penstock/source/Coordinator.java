/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Flink's side of an enumerator, as strict as Flink: what is sent to a reader that is not registered is an error. */
final class Coordinator implements SplitEnumeratorContext<MongoSplit> {
    private final int parallelism;
    private final Map<Integer, ReaderInfo> readers = new TreeMap<>();
    private final Map<Integer, List<MongoSplit>> assigned = new HashMap<>();
    private final Map<Integer, List<SourceEvent>> told = new HashMap<>();

    Coordinator(int parallelism) {
        this.parallelism = parallelism;
    }

    void register(int subtask) {
        readers.put(subtask, new ReaderInfo(subtask, "here"));
    }

    void unregister(int subtask) {
        readers.remove(subtask);
    }

    List<MongoSplit> assigned(int subtask) {
        return assigned.getOrDefault(subtask, List.of());
    }

    List<SourceEvent> told(int subtask) {
        return told.getOrDefault(subtask, List.of());
    }

    List<MongoSplit> takeBack(int subtask) {
        List<MongoSplit> back = assigned.remove(subtask);
        return back == null ? List.of() : back;
    }

    /** The stream, which the reader must have. */
    StreamSplit stream(int subtask) {
        return of(StreamSplit.class, subtask);
    }

    /** The first snapshot split of a reader that must have one. */
    SnapshotSplit snapshot(int subtask) {
        return of(SnapshotSplit.class, subtask);
    }

    private <T> T of(Class<T> kind, int subtask) {
        return assigned(subtask).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private void requireRegistered(int subtask) {
        if (!readers.containsKey(subtask)) {
            throw new IllegalArgumentException("subtask " + subtask + " is not registered");
        }
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        requireRegistered(subtask);
        told.computeIfAbsent(subtask, none -> new ArrayList<>()).add(event);
    }

    @Override
    public void assignSplits(SplitsAssignment<MongoSplit> assignment) {
        assignment.assignment().forEach((subtask, splits) -> {
            requireRegistered(subtask);
            assigned.computeIfAbsent(subtask, none -> new ArrayList<>()).addAll(splits);
        });
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        requireRegistered(subtask);
    }

    @Override
    public int currentParallelism() {
        return parallelism;
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return Map.copyOf(readers);
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    /** At once, in this thread. */
    @Override
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler) {
        T result = null;
        Throwable failure = null;
        try {
            result = work.call();
        } catch (Exception e) {
            failure = e;
        }
        handler.accept(result, failure);
    }

    /** Never: nothing here waits. */
    @Override
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler, long first, long period) {}

    @Override
    public void runInCoordinatorThread(Runnable work) {
        work.run();
    }
}
