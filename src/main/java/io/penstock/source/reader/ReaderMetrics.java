/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import io.penstock.record.Version;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * A reader's metrics beyond those that Flink keeps by itself ({@code numRecordsIn}, {@code currentEmitEventTimeLag},
 * {@code sourceIdleTime}, {@code watermarkLag}).
 */
final class ReaderMetrics {
    /** Documents that this reader's open snapshot splits are still expected to hold. Flink's standard name. */
    static final String PENDING_RECORDS = "pendingRecords";

    /** Milliseconds between the time of the stream's last position and now; only the stream's reader has it. */
    static final String STREAM_LAG = "streamLag";

    private volatile long pending;
    private volatile long streamTime;

    ReaderMetrics(SourceReaderMetricGroup group) {
        group.setPendingRecordsGauge(() -> pending);
        group.gauge(STREAM_LAG, (Gauge<Long>)
                () -> streamTime == 0 ? -1L : Math.max(0, System.currentTimeMillis() - Version.timestamp(streamTime)));
    }

    /** Shows how many documents are still expected. The reader's thread; reporters read from others. */
    void pending(long documents) {
        pending = documents;
    }

    /** Shows the cluster time of the stream's position. */
    void streamTime(long clusterTime) {
        streamTime = clusterTime;
    }
}
