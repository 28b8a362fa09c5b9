/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.store.Fence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KafkaChangeSinkTest {
    private static final String JOB =
            """
            name: cities
            source: {collections: [geo.cities]}
            sinks:
              - type: kafka
                bootstrap-servers: localhost:9092
                topic: "${collection}"
                properties:
                  sasl.jaas.config: ${JAAS}
                  compression.type: zstd
            """;

    @Test
    void theJobGraphHoldsNoSecret() throws Exception {
        KafkaSinkSpec spec = parse();
        byte[] graph = InstantiationUtil.serializeObject(
                KafkaChangeSink.from(spec, Fence.none(), DeadLetterPolicy.NONE, Jobs.TIMEOUT));
        assertThat(new String(graph, StandardCharsets.ISO_8859_1))
                .contains("${JAAS}")
                .doesNotContain("opensesame");
        assertThat(spec.toString()).doesNotContain("opensesame");
        assertThat(KafkaProperties.producer(spec)).containsEntry("sasl.jaas.config", "opensesame");
    }

    @Test
    void theTransactionsAreNamedAfterJobAndSink() {
        assertThat(parse().transactionalIdPrefix()).isEqualTo("penstock-cities-kafka");
    }

    @Test
    void ourDefaultsYieldToTheJobFile() {
        KafkaSinkSpec plain = Specs.spec("unused:1", "t", Format.JSON, 1);
        assertThat(KafkaProperties.producer(plain))
                .containsEntry("transaction.timeout.ms", "900000")
                .containsEntry("max.request.size", "33554432");
        KafkaSinkSpec own = Specs.spec("unused:1", "t", Format.JSON, 1, "transaction.timeout.ms", "60000");
        assertThat(KafkaProperties.producer(own)).containsEntry("transaction.timeout.ms", "60000");
    }

    @Test
    void whatIsSentWaitsAsLongAsTheJobCanAndNoLongerThanKafkaTakes() {
        KafkaSinkSpec plain = Specs.spec("unused:1", "t", Format.JSON, 1);
        assertThat(KafkaProperties.writer(plain, Duration.ofMinutes(5)))
                .containsEntry("delivery.timeout.ms", "300000")
                .containsEntry("max.block.ms", "300000")
                .containsEntry("reconnect.backoff.max.ms", "5000");
        assertThat(KafkaProperties.committer(plain, Duration.ofMinutes(5))).containsEntry("max.block.ms", "30000");
        assertThat(KafkaProperties.writer(plain, Duration.ofSeconds(1)))
                .as("a request alone may take 30 s")
                .containsEntry("delivery.timeout.ms", "31000")
                .containsEntry("max.block.ms", "5000");
        KafkaSinkSpec own = Specs.spec(
                "unused:1",
                "t",
                Format.JSON,
                1,
                "request.timeout.ms",
                "400000",
                "linger.ms",
                "50",
                "max.block.ms",
                "7");
        assertThat(KafkaProperties.writer(own, Duration.ofMinutes(5)))
                .containsEntry("delivery.timeout.ms", "401050")
                .containsEntry("max.block.ms", "7");
    }

    @Test
    void propertiesThatWouldBreakItsPromisesAreRefusedAllAtOnce() {
        KafkaSinkSpec spec = Specs.spec(
                "unused:1", "t", Format.JSON, 1, "transactional.id", "mine", "partitioner.class", "x.Y", "acks", "all");
        assertThatThrownBy(() -> KafkaChangeSink.from(spec, Fence.none(), DeadLetterPolicy.NONE, Jobs.TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transactional.id cannot be set")
                .hasMessageContaining("partitioner.class cannot be set")
                .hasMessageNotContaining("acks");
    }

    private static KafkaSinkSpec parse() {
        return (KafkaSinkSpec) JobSpec.parse("cities.yaml", JOB, Map.of("JAAS", "opensesame")::get)
                .sinks()
                .get(0);
    }
}
