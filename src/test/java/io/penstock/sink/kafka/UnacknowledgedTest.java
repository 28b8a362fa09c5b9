/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.Delivery.Placed;
import io.penstock.sink.outage.OutageMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

/** What the metrics tell of messages that Kafka has not acknowledged, and where those came to lie that it has. */
class UnacknowledgedTest {
    private final Map<String, Gauge<?>> gauges = new HashMap<>();
    private final Acknowledged acknowledged = new Acknowledged(new Unacknowledged(new OutageMetrics(group())));
    private final ChangeHeaders headers = new ChangeHeaders(acknowledged);
    private final AcknowledgedInterceptor interceptor = new AcknowledgedInterceptor();

    private MetricGroup group() {
        return new UnregisteredMetricsGroup() {
            @Override
            public MetricGroup addGroup(String name) {
                return this;
            }

            @Override
            public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
                gauges.put(name, gauge);
                return gauge;
            }
        };
    }

    private Headers send(int n) {
        Headers sent = headers.of(Changes.nth(n, 5));
        acknowledged.sent(sent);
        return sent;
    }

    private void acknowledge(Headers sent, long offset) {
        interceptor.onAcknowledgement(new RecordMetadata(new TopicPartition("t", 0), offset, 0, 0, 1, 1), null, sent);
    }

    private void fail(Headers sent) {
        interceptor.onAcknowledgement(
                new RecordMetadata(new TopicPartition("t", 0), -1, 0, 0, 1, 1), new TimeoutException("t"), sent);
    }

    private long buffered() {
        return (Long) gauges.get("bufferedRecords").getValue();
    }

    @Test
    void whatWasSentIsBufferedUntilItEndsInWhateverOrderAndHowever() {
        Headers first = send(0);
        Headers second = send(1);
        Headers third = send(2);
        assertThat(buffered()).isEqualTo(3);
        acknowledge(second, 1);
        assertThat(buffered()).isEqualTo(2);
        fail(second);
        assertThat(buffered()).as("told twice").isEqualTo(2);
        fail(first);
        acknowledge(third, 2);
        assertThat(buffered()).isZero();
        assertThat(gauges.get("oldestBufferedAge").getValue()).isEqualTo(0L);
        assertThat(acknowledged.take("id")).singleElement().satisfies(delivery -> assertThat(((Placed) delivery).rows())
                .isEqualTo(2));
    }

    @Test
    void whereAReplayCameToLieIsNotTold() {
        Headers sent = headers.of(Changes.nth(0, 5).with(new Replay("kafka", "0a", 1, false)));
        acknowledged.sent(sent);
        assertThat(buffered()).isEqualTo(1);
        acknowledge(sent, 7);
        assertThat(buffered()).isZero();
        assertThat(acknowledged.take("id")).isEmpty();
        assertThat(new String(sent.lastHeader("traceparent").value(), UTF_8)).startsWith("00-");
    }
}
