/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The connector's writer, which notes beside it what each transaction holds, and says which record was too large. Runs in the writer's
 * task thread.
 */
final class KafkaChangeWriter
        implements StatefulSinkWriter<ChangeRecord, Object>, CommittingSinkWriter<ChangeRecord, KafkaCommit> {
    private final SinkWriter<ChangeRecord> writer;
    private final SimpleVersionedSerializer<Object> transactions;
    private final TooLarge tooLarge;
    private final AtomicReference<Witness> witness;
    private final Acknowledged acknowledged;

    private long afterCheckpoint;
    private long count;
    private Version first;
    private Version last;

    private KafkaChangeWriter(
            SinkWriter<ChangeRecord> writer,
            SimpleVersionedSerializer<Object> transactions,
            TooLarge tooLarge,
            AtomicReference<Witness> witness,
            Acknowledged acknowledged,
            long afterCheckpoint) {
        this.writer = writer;
        this.transactions = transactions;
        this.tooLarge = tooLarge;
        this.witness = witness;
        this.acknowledged = acknowledged;
        this.afterCheckpoint = afterCheckpoint;
    }

    /**
     * Opens the connector's writer: aborts what a run before has left open, and begins a transaction.
     *
     * @param acknowledged that the connector's serializer tells of each message
     */
    static KafkaChangeWriter open(
            Connector connector,
            TooLarge tooLarge,
            Acknowledged acknowledged,
            WriterInitContext context,
            Collection<Object> states)
            throws IOException {
        AtomicReference<Witness> witness = new AtomicReference<>();
        WriterInitContext observed = ObservedContext.of(context, tooLarge::explain, message -> note(message, witness));
        return new KafkaChangeWriter(
                states.isEmpty() ? connector.createWriter(observed) : connector.restoreWriter(observed, states),
                connector.transactionSerializer(),
                tooLarge,
                witness,
                acknowledged,
                context.getRestoredCheckpointId().orElse(0));
    }

    /** Keeps the first message of a transaction that the broker has acknowledged. Runs in threads of Kafka's producer. */
    private static void note(Object message, AtomicReference<Witness> witness) {
        if (witness.get() == null && message instanceof RecordMetadata where && where.hasOffset()) {
            witness.set(new Witness(where.topic(), where.partition(), where.offset()));
        }
    }

    @Override
    public void write(ChangeRecord change, Context context) throws IOException, InterruptedException {
        try {
            writer.write(change, context);
        } catch (IOException e) {
            throw tooLarge.explain(e);
        }
        Version version = change.version();
        if (count++ == 0) {
            first = version;
            last = version;
        } else if (version.compareTo(last) > 0) {
            last = version;
        } else if (version.compareTo(first) < 0) {
            first = version;
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        try {
            writer.flush(endOfInput);
        } catch (IOException e) {
            throw tooLarge.explain(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public Collection<KafkaCommit> prepareCommit() throws IOException, InterruptedException {
        List<KafkaCommit> commits = new ArrayList<>(1);
        for (Object transaction : ((CommittingSinkWriter<ChangeRecord, Object>) writer).prepareCommit()) {
            String id = Connector.transactionalId(transactions, transaction);
            commits.add(new KafkaCommit(
                    transaction,
                    id,
                    afterCheckpoint,
                    count,
                    first,
                    last,
                    witness.get(),
                    acknowledged.take(id),
                    List.of()));
        }
        count = 0;
        first = null;
        last = null;
        witness.set(null);
        tooLarge.forget();
        return commits;
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Object> snapshotState(long checkpointId) throws IOException {
        afterCheckpoint = checkpointId;
        return ((StatefulSinkWriter<ChangeRecord, Object>) writer).snapshotState(checkpointId);
    }

    @Override
    public void close() throws Exception {
        writer.close();
    }
}
