/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The topology of a Kafka sink, with something of a test's around its writer and its committer. */
public final class KafkaInParts {
    private KafkaInParts() {}

    /** A sink into a topic of three partitions. */
    public static KafkaSinkSpec spec(KafkaBroker broker, String topic, Format format) {
        return Specs.spec(broker, topic, format, 3);
    }

    /** As {@link KafkaChangeSink#write(DataStream, String)} does, by a sink around it. */
    @SuppressWarnings("unchecked")
    public static void write(Sink<ChangeRecord> sink, DataStream<ChangeRecord> changes, String name) {
        KafkaChangeSink.write(sink, (SupportsCommitter<KafkaCommit>) sink, changes, name);
    }
}
