/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.KafkaChangeSink;
import io.penstock.sink.kafka.KafkaInParts;
import io.penstock.sink.kafka.TopicReader;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.store.Fence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The laws of sinks, for a real Kafka broker and messages of every format: each job writes all of them. */
class KafkaSinkLawsITCase extends JournalConformance {
    private static final List<Format> FORMATS = List.of(Format.DEBEZIUM_JSON, Format.JSON, Format.BSON);

    @TempDir
    static Path log;

    private static KafkaBroker broker;
    private static int tests;
    private String prefix;

    /** A topic's limit is the broker's: 1 MiB by default, which would not take large documents. */
    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(log, Map.of("message.max.bytes", "33554432"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void topicsOfItsOwn() {
        prefix = "laws-" + ++tests + "-";
    }

    private String topic(Format format) {
        return prefix + format.name().toLowerCase(Locale.ROOT);
    }

    @Override
    protected void attach(DataStream<ChangeRecord> changes, Fate fate) {
        for (Format format : FORMATS) {
            KafkaChangeSink sink = KafkaChangeSink.from(
                    KafkaInParts.spec(broker, topic(format), format),
                    Fence.none(),
                    DeadLetterPolicy.NONE,
                    Duration.ofMinutes(10));
            KafkaInParts.write(fate.of(sink), changes, topic(format));
        }
    }

    @Override
    protected List<String> places() {
        return FORMATS.stream().map(this::topic).toList();
    }

    @Override
    protected List<Arrival> arrivals(String topic) {
        Format format = FORMATS.get(places().indexOf(topic));
        return TopicReader.committed(broker, topic, format).stream()
                .map(read -> new Arrival(read.key(), read.version(), read.revision(), read.document()))
                .toList();
    }

    @Override
    protected void assertNothingIsHidden() {
        assertThat(TopicReader.openTransactions(broker, prefix))
                .as("transactions that are open")
                .isEmpty();
    }
}
