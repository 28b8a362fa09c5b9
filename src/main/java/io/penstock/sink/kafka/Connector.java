/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.spec.KafkaSinkSpec;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Flink's Kafka connector, seen only through the interfaces of Sink V2 that Flink 1.20 and 2.x share. Its committables and writer
 * states are of classes that it keeps to itself: here they are {@code Object}s that are handed back to it.
 */
@SuppressWarnings("unchecked")
final class Connector {
    private final Sink<ChangeRecord> sink;

    private Connector(Sink<ChangeRecord> sink) {
        this.sink = sink;
    }

    /** To be called on the cluster: the properties hold secrets in the clear. */
    static Connector create(
            KafkaSinkSpec spec, Properties producer, KafkaRecordSerializationSchema<ChangeRecord> serializer) {
        return new Connector(KafkaSink.<ChangeRecord>builder()
                .setKafkaProducerConfig(producer)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(spec.transactionalIdPrefix())
                .setRecordSerializer(serializer)
                .build());
    }

    /** Good for committing only; to be called on the cluster. */
    static Connector forCommitting(KafkaSinkSpec spec, Properties producer) {
        return create(spec, producer, (change, context, timestamp) -> null);
    }

    /** Good for its serializers only; needs no secrets. */
    static Connector forSerializers(KafkaSinkSpec spec) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", spec.bootstrapServers());
        return forCommitting(spec, properties);
    }

    SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        return sink.createWriter(context);
    }

    SinkWriter<ChangeRecord> restoreWriter(WriterInitContext context, Collection<Object> states) throws IOException {
        return ((SupportsWriterState<ChangeRecord, Object>) sink).restoreWriter(context, states);
    }

    Committer<Object> createCommitter(CommitterInitContext context) throws IOException {
        return ((SupportsCommitter<Object>) sink).createCommitter(context);
    }

    SimpleVersionedSerializer<Object> transactionSerializer() {
        return ((SupportsCommitter<Object>) sink).getCommittableSerializer();
    }

    SimpleVersionedSerializer<Object> writerStateSerializer() {
        return ((SupportsWriterState<ChangeRecord, Object>) sink).getWriterStateSerializer();
    }

    /**
     * The name that the broker knows a transaction by. Taken, like {@link #writtenAs}, from its serialized form, the one thing about it
     * that the connector cannot change without a new version number: {@code KafkaCommittableSerializer} of version 1 writes epoch
     * (2 bytes), producer id (8) and the name.
     */
    static String transactionalId(SimpleVersionedSerializer<Object> serializer, Object transaction) throws IOException {
        if (serializer.getVersion() != 1) {
            return transaction.toString();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serializer.serialize(transaction)))) {
            in.readShort();
            in.readLong();
            return in.readUTF();
        }
    }

    /** The producer that wrote a transaction; empty when a newer connector serializes it in another way. */
    static Optional<ProducerEpoch> writtenAs(SimpleVersionedSerializer<Object> serializer, Object transaction)
            throws IOException {
        if (serializer.getVersion() != 1) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serializer.serialize(transaction)))) {
            short epoch = in.readShort();
            return Optional.of(new ProducerEpoch(in.readLong(), epoch));
        }
    }
}
