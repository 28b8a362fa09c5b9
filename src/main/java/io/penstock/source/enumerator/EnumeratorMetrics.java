/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.source.enumerator.EnumeratorState.Progress;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * How far the snapshot is; for progress bars. Kept at the JobManager.
 *
 * <p>A global failover, which under the adaptive scheduler every failure is, makes a new enumerator on the metric group of the old one,
 * and a group keeps the first gauge of a name. So all enumerators of a job in this process show through the same values; Flink warns of the
 * names all the same.
 */
final class EnumeratorMetrics {
    /** Splits read to their end. */
    static final String SPLITS_DONE = "snapshotSplitsDone";

    /** Splits that the collections looked at so far have; grows while further collections are reached. */
    static final String SPLITS_TOTAL = "snapshotSplitsTotal";

    /** Documents in splits read to their end; of each namespace too, in a group {@code namespace}. */
    static final String DOCUMENTS_DONE = "snapshotDocumentsDone";

    /** Documents expected, by the collections' metadata; of each namespace too, in a group {@code namespace}. */
    static final String DOCUMENTS_ESTIMATED = "snapshotDocumentsEstimated";

    /**
     * Seconds between the oplog's oldest entry and the stream's position: how long the job could stand still before history is
     * lost. -1 while unknown. Worth an alert.
     */
    static final String OPLOG_HEADROOM = "oplogHeadroomSeconds";

    /**
     * Where this run of a job of increments ends, in milliseconds since 1970: nothing of that time or later is exported. -1 for other jobs. It
     * may move while a pass is under way.
     */
    static final String INCREMENT_END = "incrementEnd";

    /** Weak: the gauges keep it, and the job's group keeps the gauges. Guarded by itself: each job has a thread of its own. */
    private static final Map<Map<String, String>, WeakReference<Values>> OF_JOBS = new HashMap<>();

    private static final class Values {
        private final Map<Namespace, Progress> progress = new ConcurrentHashMap<>();
        private volatile long splitsDone;
        private volatile long splitsTotal;
        private volatile long oplogHeadroom = -1;
        private volatile long incrementEnd = -1;

        static Values of(Map<String, String> job) {
            synchronized (OF_JOBS) {
                OF_JOBS.values().removeIf(reference -> reference.get() == null);
                WeakReference<Values> known = OF_JOBS.get(job);
                Values values = known == null ? null : known.get();
                if (values == null) {
                    values = new Values();
                    OF_JOBS.put(job, new WeakReference<>(values));
                }
                return values;
            }
        }

        long sum(ToLongFunction<Progress> what) {
            return progress.values().stream().mapToLong(what).sum();
        }
    }

    private final MetricGroup group;
    private final Values values;
    private final Set<Namespace> shown = new HashSet<>();

    EnumeratorMetrics(MetricGroup group) {
        this.group = group;
        this.values = Values.of(Map.copyOf(group.getAllVariables()));
        Values shared = values;
        group.gauge(SPLITS_DONE, (Gauge<Long>) () -> shared.splitsDone);
        group.gauge(SPLITS_TOTAL, (Gauge<Long>) () -> shared.splitsTotal);
        group.gauge(OPLOG_HEADROOM, (Gauge<Long>) () -> shared.oplogHeadroom);
        group.gauge(INCREMENT_END, (Gauge<Long>) () -> shared.incrementEnd);
        group.gauge(DOCUMENTS_DONE, (Gauge<Long>) () -> shared.sum(Progress::done));
        group.gauge(DOCUMENTS_ESTIMATED, (Gauge<Long>) () -> shared.sum(Progress::documents));
    }

    /** Shows how far the stream is from losing its place. */
    void oplogHeadroom(long seconds) {
        values.oplogHeadroom = seconds;
    }

    /** Shows the cluster time at which the stream waits; 0 for none. */
    void incrementEnd(long clusterTime) {
        values.incrementEnd = clusterTime == 0 ? -1 : Version.timestamp(clusterTime);
    }

    /** Shows what is known now. The enumerator's thread; reporters read from others. */
    void show(SplitTracker splits, Map<Namespace, Progress> now) {
        values.splitsDone = splits.done();
        values.splitsTotal = splits.made() + splits.toCome();
        values.progress.keySet().retainAll(now.keySet());
        values.progress.putAll(now);
        now.keySet().stream().filter(shown::add).forEach(this::register);
    }

    private void register(Namespace namespace) {
        Values shared = values;
        Progress none = new Progress(0, 0);
        MetricGroup own = group.addGroup("namespace", namespace.toString());
        own.gauge(DOCUMENTS_DONE, (Gauge<Long>)
                () -> shared.progress.getOrDefault(namespace, none).done());
        own.gauge(DOCUMENTS_ESTIMATED, (Gauge<Long>)
                () -> shared.progress.getOrDefault(namespace, none).documents());
    }
}
