/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.Version;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The connector's writer, which notes beside it what each transaction holds, what is set aside instead of being written, and says why something cannot be
 * written. Runs in the writer's task thread.
 */
final class KafkaChangeWriter
        implements StatefulSinkWriter<ChangeRecord, Object>, CommittingSinkWriter<ChangeRecord, KafkaCommit> {
    private final SinkWriter<ChangeRecord> writer;
    private final SimpleVersionedSerializer<Object> transactions;
    private final Parts parts;
    private final AtomicReference<Witness> witness;

    private long afterCheckpoint;
    private long count;
    private Version first;
    private Version last;

    /**
     * What it works with.
     *
     * @param serializer the connector's, which tells {@code acknowledged} of each message
     * @param explain what a failure of the connector is replaced by
     */
    record Parts(
            ChangeSerializer serializer,
            TooLarge tooLarge,
            Acknowledged acknowledged,
            Letters letters,
            UnaryOperator<IOException> explain) {}

    private KafkaChangeWriter(
            SinkWriter<ChangeRecord> writer,
            SimpleVersionedSerializer<Object> transactions,
            Parts parts,
            AtomicReference<Witness> witness,
            long afterCheckpoint) {
        this.writer = writer;
        this.transactions = transactions;
        this.parts = parts;
        this.witness = witness;
        this.afterCheckpoint = afterCheckpoint;
    }

    /** Opens the connector's writer: aborts what a run before has left open, and begins a transaction. */
    static KafkaChangeWriter open(
            Connector connector, Parts parts, WriterInitContext context, Collection<Object> states) throws IOException {
        AtomicReference<Witness> witness = new AtomicReference<>();
        WriterInitContext observed = ObservedContext.of(context, parts.explain, message -> note(message, witness));
        return new KafkaChangeWriter(
                states.isEmpty() ? connector.createWriter(observed) : connector.restoreWriter(observed, states),
                connector.transactionSerializer(),
                parts,
                witness,
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
        if (change.replay() != null && change.replay().superseded()) {
            parts.letters.superseded(change);
            return;
        }
        try {
            writer.write(change, context);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IOException e) {
            throw parts.explain.apply(e);
        } catch (KafkaException e) {
            throw explained(e);
        }
        Refusal refusal = parts.serializer.takeRefusal();
        if (refusal != null) {
            parts.letters.refused(refusal, parts.serializer.key(change));
            return;
        }
        parts.letters.written(change);
        note(change.version());
    }

    private void note(Version version) {
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
            throw parts.explain.apply(e);
        } catch (KafkaException e) {
            throw explained(e);
        }
    }

    /** What Kafka's producer throws at once: it cannot begin a transaction, or is in one that has failed. */
    private IOException explained(KafkaException failure) {
        if (failure instanceof InterruptException) {
            throw failure;
        }
        return parts.explain.apply(new IOException(failure));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Collection<KafkaCommit> prepareCommit() throws IOException, InterruptedException {
        List<KafkaCommit> commits = new ArrayList<>(1);
        for (Object transaction : ((CommittingSinkWriter<ChangeRecord, Object>) writer).prepareCommit()) {
            String id = Connector.transactionalId(transactions, transaction);
            List<Delivery> deliveries = new ArrayList<>(parts.acknowledged.take(id));
            deliveries.addAll(parts.letters.takeMissing());
            commits.add(new KafkaCommit(
                    transaction,
                    id,
                    afterCheckpoint,
                    count,
                    first,
                    last,
                    witness.get(),
                    deliveries,
                    parts.letters.takeEvents()));
        }
        if (!parts.letters.isEmpty()) {
            commits.add(
                    KafkaCommit.ofLetters(afterCheckpoint, parts.letters.takeMissing(), parts.letters.takeEvents()));
        }
        count = 0;
        first = null;
        last = null;
        witness.set(null);
        parts.tooLarge.forget();
        return commits;
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Object> snapshotState(long checkpointId) throws IOException {
        afterCheckpoint = checkpointId;
        try {
            return ((StatefulSinkWriter<ChangeRecord, Object>) writer).snapshotState(checkpointId);
        } catch (KafkaException e) {
            throw explained(e);
        }
    }

    @Override
    public void close() throws Exception {
        Closing.close(writer);
    }
}
