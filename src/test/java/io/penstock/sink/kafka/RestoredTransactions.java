/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.store.Fence;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.runtime.metrics.groups.InternalSinkCommitterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Transactions as a restored job finds them in its state, and the sink's committer at work on them. */
final class RestoredTransactions implements AutoCloseable {
    private final KafkaBroker broker;
    private final Admin admin;
    private final KafkaChangeSink sink;
    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    private final List<KafkaProducer<byte[], byte[]>> opened = new ArrayList<>();

    RestoredTransactions(KafkaBroker broker, Admin admin) {
        this.broker = broker;
        this.admin = admin;
        sink = KafkaChangeSink.from(
                Specs.spec(broker, "t", Format.JSON, 1), Fence.none(), DeadLetterPolicy.NONE, Jobs.TIMEOUT);
    }

    /** What a restored job does first. */
    void commit(Request... requests) throws Exception {
        try (Committer<KafkaCommit> committer = sink.createCommitter(context())) {
            committer.commit(List.of(requests));
        }
    }

    /** With metrics, which is all that is asked for. */
    private static CommitterInitContext context() {
        return (CommitterInitContext) Proxy.newProxyInstance(
                RestoredTransactions.class.getClassLoader(),
                new Class<?>[] {CommitterInitContext.class},
                (proxy, method, arguments) -> InternalSinkCommitterMetricGroup.wrap(
                        UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    }

    /** What the job did before: in protocol 2 this raises the epoch, so that the broker refuses the restored job's commit. */
    void commitByItsWriter(String id) {
        producers.get(id).commitTransaction();
    }

    /** A transaction left open with one message, its own name as key and value, as a checkpoint would keep it. */
    Request begin(String topic, String id, int timeout) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("transactional.id", id);
        properties.put("transaction.timeout.ms", timeout);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producers.put(id, producer);
        opened.add(producer);
        producer.initTransactions();
        producer.beginTransaction();
        long offset = producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), id.getBytes(UTF_8)))
                .get()
                .offset();

        // The connector's form of it: epoch, producer id, name.
        TransactionDescription transaction = describe(id);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(transaction.producerEpoch());
        out.writeLong(transaction.producerId());
        out.writeUTF(id);
        Object restored = Connector.forSerializers(Specs.spec("unused:1", topic, Format.JSON, 1))
                .transactionSerializer()
                .deserialize(1, bytes.toByteArray());
        return new Request(new KafkaCommit(
                restored,
                id,
                41,
                7,
                Changes.version(1),
                Changes.version(7),
                new Witness(topic, 0, offset),
                List.of(),
                List.of()));
    }

    TransactionDescription describe(String id) throws Exception {
        return admin.describeTransactions(List.of(id)).description(id).get();
    }

    @Override
    public void close() {
        opened.forEach(producer -> producer.close(Duration.ZERO));
    }

    /** Answers as Flink would have to be answered when all is well. */
    record Request(KafkaCommit commit) implements Committer.CommitRequest<KafkaCommit> {
        @Override
        public KafkaCommit getCommittable() {
            return commit;
        }

        @Override
        public int getNumberOfRetries() {
            return 0;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable t) {
            throw new AssertionError("Flink would pass over it", t);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable t) {
            throw new AssertionError(t);
        }

        @Override
        public void retryLater() {
            throw new AssertionError("retryLater");
        }

        @Override
        public void updateAndRetryLater(KafkaCommit changed) {
            throw new AssertionError("updateAndRetryLater");
        }

        @Override
        public void signalAlreadyCommitted() {}
    }
}
