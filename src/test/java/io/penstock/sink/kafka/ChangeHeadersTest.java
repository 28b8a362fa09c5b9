/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static io.penstock.sink.kafka.Changes.CITIES;
import static io.penstock.sink.kafka.Changes.bson;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.outage.OutageMetrics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class ChangeHeadersTest {
    private static final byte[] OSLO = bson("{_id: 7}");
    private static final Version VERSION = Version.row(0x68E77801_00000001L);

    @Test
    void arePinned() {
        assertThat(headers(Changes.change(Op.READ, CITIES, VERSION, OSLO, null)))
                .containsExactly(
                        Map.entry("op", "r"),
                        Map.entry("ns", "geo.cities"),
                        Map.entry("version", "68E7780100000001~"),
                        Map.entry("revision", "0"),
                        Map.entry("shape", "38ddf3a70526bb52"),
                        Map.entry("rowHash", "3dc4132d91c2ccf5647ebfd26b4d2c1a424b62ff37a295f84789887e4121589a"),
                        Map.entry("traceparent", "00-b7b83482d3585de927a5c68500c9784e-c13e540887e71cef-01"));
    }

    @Test
    void aDeleteHasNoShapeAndNoRowHash() {
        assertThat(headers(Changes.change(Op.DELETE, CITIES, VERSION, null, OSLO)))
                .containsOnlyKeys("op", "ns", "version", "revision", "traceparent");
    }

    @Test
    void theTraceIsTheSameInEveryRunAndAnotherForEachNamespaceKeyAndVersion() {
        String trace = trace(CITIES, 7, VERSION);
        assertThat(trace(CITIES, 7, VERSION)).isEqualTo(trace).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(trace(new Namespace("geo", "towns"), 7, VERSION)).isNotEqualTo(trace);
        assertThat(trace(CITIES, 8, VERSION)).isNotEqualTo(trace);
        assertThat(trace(CITIES, 7, Version.event(VERSION.clusterTime()))).isNotEqualTo(trace);
    }

    private static String trace(Namespace namespace, int id, Version version) {
        return headers(Changes.change(Op.READ, namespace, version, bson("{_id: " + id + "}"), null))
                .get("traceparent");
    }

    private static Map<String, String> headers(ChangeRecord change) {
        Map<String, String> headers = new LinkedHashMap<>();
        new ChangeHeaders(new Acknowledged(new Unacknowledged(new OutageMetrics(new UnregisteredMetricsGroup()))))
                .of(change)
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
