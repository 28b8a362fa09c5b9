/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.sink.FencedCommitter;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.kafka.KafkaChangeWriter.Parts;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.runtime.operators.sink.CommitterOperatorFactory;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.common.KafkaException;

/**
 * Writes changes to Kafka exactly once: each subtask writes into a transaction that is committed when the checkpoint is complete.
 * Changes of one key must reach it through one subtask, in order; then they are in order in their partition.
 *
 * <p>What it adds to Flink's connector: topics by collection, created when absent; a transaction that the broker has lost fails the
 * job; a change that no topic takes is set aside, or named; a broker that is away is waited for; secrets are revealed on the cluster only.
 */
public final class KafkaChangeSink
        implements Sink<ChangeRecord>, SupportsWriterState<ChangeRecord, Object>, SupportsCommitter<KafkaCommit> {
    private static final long serialVersionUID = 1L;

    /** How long a committer waits for a transaction to be decided before it leaves that to a restart. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaSinkSpec spec;
    private final Fence fence;

    private final DeadLetterPolicy letters;
    private final Duration patience;

    private KafkaChangeSink(KafkaSinkSpec spec, Fence fence, DeadLetterPolicy letters, Duration patience) {
        this.spec = spec;
        this.fence = fence;
        this.letters = letters;
        this.patience = patience;
    }

    /**
     * The sink for a job file's section. Connects to nothing.
     *
     * @param fence of the life that this sink is part of
     * @param letters what becomes of changes that no topic takes
     * @param checkpointTimeout how long a checkpoint may take: a broker that is away is waited for so that it does not fail for that
     * @throws IllegalArgumentException when a property is set that the sink sets itself; lists them all
     */
    public static KafkaChangeSink from(
            KafkaSinkSpec spec, Fence fence, DeadLetterPolicy letters, Duration checkpointTimeout) {
        List<String> problems = KafkaProperties.problems(spec);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new KafkaChangeSink(spec, fence, letters, Attempts.patience(checkpointTimeout));
    }

    /**
     * Puts writers and committers into a topology, as {@code sinkTo} does, which gives away nothing of what lies between the two.
     *
     * @param name the sink's, which is its uid
     * @return where the messages of each transaction lie, in the checkpoint that commits it: before the barrier
     */
    public DataStream<Delivery> write(DataStream<ChangeRecord> changes, String name) {
        return write(this, this, changes, name);
    }

    static DataStream<Delivery> write(
            Sink<ChangeRecord> writers,
            SupportsCommitter<KafkaCommit> committers,
            DataStream<ChangeRecord> changes,
            String name) {
        TypeInformation<CommittableMessage<KafkaCommit>> type =
                CommittableMessageTypeInfo.of(committers::getCommittableSerializer);
        SingleOutputStreamOperator<CommittableMessage<KafkaCommit>> written = changes.transform(
                        name + ": Writer", type, new SinkWriterOperatorFactory<ChangeRecord, KafkaCommit>(writers))
                .uid(name);
        written.transform(name + ": Committer", type, new CommitterOperatorFactory<>(committers, false, true))
                // What sinkTo makes of the sink's uid; there are savepoints by this name.
                .uid("Sink Committer: " + name);
        String delivered = name + ": delivered";
        return written.<Delivery>flatMap((message, out) -> {
                    if (message instanceof CommittableWithLineage<KafkaCommit> transaction) {
                        transaction.getCommittable().deliveries().forEach(out::collect);
                    }
                })
                .returns(Delivery.TYPE)
                .name(delivered)
                .uid(delivered);
    }

    @Override
    public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    /** What Flink 1.20 still declares but never calls when the other is there; without {@code @Override}, since 2.x has it not. */
    @SuppressWarnings({"deprecation", "MissingOverride"})
    public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) {
        throw new UnsupportedOperationException("createWriter(WriterInitContext) is the one to call");
    }

    @Override
    public StatefulSinkWriter<ChangeRecord, Object> restoreWriter(WriterInitContext context, Collection<Object> states)
            throws IOException {
        // Before the connector takes the transactional ids: that would end the transactions of a life that follows this
        // one.
        fence.requireHeldOnce();
        OutageMetrics metrics = new OutageMetrics(context.metricGroup());
        Attempts attempts = new Attempts(spec.name(), KafkaFaults.INSTANCE, patience, metrics);
        attempts.call("reach a broker", number -> KafkaReach.check(spec));
        Properties producer = KafkaProperties.writer(spec, patience);
        MessageSize size = new MessageSize(producer);
        TooLarge tooLarge = new TooLarge(spec, size);
        Acknowledged acknowledged = new Acknowledged(new Unacknowledged(metrics));
        ChangeSerializer serializer = new ChangeSerializer(
                new Topics(spec, topic -> ensure(topic, attempts)),
                MessageFormat.of(spec.format()),
                new SizeCheck(size, new TopicLimits(topic -> limit(topic, attempts), System::nanoTime)),
                tooLarge,
                acknowledged);
        Parts parts = new Parts(
                serializer,
                tooLarge,
                acknowledged,
                new Letters(spec.name(), letters),
                failure -> explain(failure, tooLarge, attempts));
        try {
            return KafkaChangeWriter.open(Connector.create(spec, producer, serializer), parts, context, states);
        } catch (KafkaException | FlinkRuntimeException e) {
            throw attempts.failure("begin a transaction", KafkaFaults.reason(e));
        }
    }

    private void ensure(String topic, Attempts attempts) {
        try {
            attempts.call("use or create topic " + topic, number -> {
                Topics.ensure(spec, topic);
                return topic;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TopicLimit limit(String topic, Attempts attempts) {
        try {
            return attempts.call("ask for the size limit of topic " + topic, number -> TopicLimits.ask(spec, topic));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IOException explain(IOException failure, TooLarge tooLarge, Attempts attempts) {
        return KafkaFaults.INSTANCE.of(failure).kind() == Fault.Kind.RECORD
                ? tooLarge.explain(failure)
                : attempts.failure("write", KafkaFaults.reason(failure));
    }

    @Override
    public Committer<KafkaCommit> createCommitter(CommitterInitContext context) throws IOException {
        Connector connector = Connector.forCommitting(spec, KafkaProperties.committer(spec, patience));
        SimpleVersionedSerializer<Object> transactions = connector.transactionSerializer();
        return new FencedCommitter<>(
                fence,
                new KafkaChangeCommitter(
                        () -> connector.createCommitter(context),
                        transactions,
                        new Outcomes(spec, transactions, new WitnessReader(spec, PATIENCE)),
                        new Attempts(
                                spec.name(), KafkaFaults.INSTANCE, patience, new OutageMetrics(context.metricGroup())),
                        new SetAside(spec.name(), letters, context.metricGroup())));
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommit> getCommittableSerializer() {
        return new KafkaCommitSerializer(serializers().transactionSerializer());
    }

    @Override
    public SimpleVersionedSerializer<Object> getWriterStateSerializer() {
        return serializers().writerStateSerializer();
    }

    private Connector serializers() {
        return Connector.forSerializers(spec);
    }
}
