/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.source.enumerator.EnumeratorState.Progress;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class EnumeratorMetricsTest {
    private static final Namespace CITIES = Namespace.parse("geo.cities");
    private static final Namespace RIVERS = Namespace.parse("geo.rivers");

    private final MetricListener listener = new MetricListener();

    private static SplitTracker none() {
        return new SplitTracker(List.of(), List.of(), Map.of(), 0);
    }

    private long shown(String... name) {
        Gauge<Long> gauge = listener.<Long>getGauge(name).orElseThrow();
        return gauge.getValue();
    }

    @Test
    void whatAnEnumeratorAfterAFailoverKnowsIsShownByTheGaugesOfTheFirst() {
        new EnumeratorMetrics(listener.getMetricGroup())
                .show(none(), Map.of(CITIES, new Progress(100, 70), RIVERS, new Progress(5, 5)));
        EnumeratorMetrics second = new EnumeratorMetrics(listener.getMetricGroup());
        second.show(none(), Map.of(CITIES, new Progress(100, 40)));
        second.oplogHeadroom(77);

        assertThat(shown(EnumeratorMetrics.DOCUMENTS_DONE)).isEqualTo(40);
        assertThat(shown("namespace", "geo.cities", EnumeratorMetrics.DOCUMENTS_DONE))
                .isEqualTo(40);
        assertThat(shown("namespace", "geo.rivers", EnumeratorMetrics.DOCUMENTS_DONE))
                .isZero();
        assertThat(shown(EnumeratorMetrics.OPLOG_HEADROOM)).isEqualTo(77);
    }
}
