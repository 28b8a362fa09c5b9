/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.store.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is away for a while: jobs that are allowed no restart go on, and nothing is lost or doubled. */
class KafkaOutageITCase {
    private static final int AWAY_SECONDS = 15;

    /** Done when the broker, which was stopped in a commit, is back. */
    private static final AtomicReference<CompletableFuture<Void>> BACK = new AtomicReference<>();

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    static Path directory;

    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(directory.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void anOutageInTheMiddleOfWritingFailsNoAttempt() throws Exception {
        StreamExecutionEnvironment env = withoutRestarts();
        Jobs.sink(ExactlyOnceITCase.changes(env), spec("written"));
        JobClient job = env.executeAsync();
        Awaitility.await()
                .ignoreExceptions()
                .atMost(Duration.ofMinutes(4))
                .until(() -> Messages.committed(broker, "written").size() >= 1_000);
        broker.stop();
        later().get();
        job.getJobExecutionResult().get(4, TimeUnit.MINUTES);
        ExactlyOnceITCase.assertOnceAndInOrder(broker, "written");
    }

    @Test
    void anOutageInTheMiddleOfACommitFailsNoAttempt() throws Exception {
        BACK.set(null);
        StreamExecutionEnvironment env = withoutRestarts();
        KafkaInParts.write(new Stopping(sink(spec("committed"))), keyed(env), "kafka");
        env.execute();
        BACK.get().get(4, TimeUnit.MINUTES);
        ExactlyOnceITCase.assertOnceAndInOrder(broker, "committed");
    }

    /** With producers that give up waiting after six seconds, so that it is the committer that goes on. */
    @Test
    void anOutageInTheMiddleOfACommitFailsNoAttemptWhenTheClientGivesUpEarly() throws Exception {
        BACK.set(null);
        StreamExecutionEnvironment env = withoutRestarts();
        env.setParallelism(1);
        // None falls of itself while the broker is away: a new transaction could not begin within six seconds.
        env.enableCheckpointing(Duration.ofSeconds(30).toMillis());
        KafkaInParts.write(new Stopping(sink(spec("early", "max.block.ms", "6000"))), keyed(env), "kafka");
        env.execute();
        BACK.get().get(4, TimeUnit.MINUTES);
        ExactlyOnceITCase.assertOnceAndInOrder(broker, "early");
    }

    private static DataStream<ChangeRecord> keyed(StreamExecutionEnvironment env) {
        return ExactlyOnceITCase.changes(env)
                .keyBy(change -> change.key().cell())
                .map(change -> change)
                .returns(ChangeRecord.TYPE)
                .uid("changes");
    }

    private static KafkaChangeSink sink(KafkaSinkSpec spec) {
        return KafkaChangeSink.from(spec, Fence.none(), DeadLetterPolicy.NONE, Jobs.TIMEOUT);
    }

    private static KafkaSinkSpec spec(String topic, String... properties) {
        return Specs.spec(broker, topic, Format.DEBEZIUM_JSON, 3, properties);
    }

    private static StreamExecutionEnvironment withoutRestarts() {
        StreamExecutionEnvironment env = Jobs.environment();
        env.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        return env;
    }

    /** Starts the broker again, in a while. */
    private static CompletableFuture<Void> later() {
        return CompletableFuture.runAsync(
                () -> {
                    // Flink's, of a job that may end meanwhile, is no good to a broker.
                    Thread.currentThread().setContextClassLoader(KafkaOutageITCase.class.getClassLoader());
                    broker.start();
                },
                CompletableFuture.delayedExecutor(AWAY_SECONDS, TimeUnit.SECONDS));
    }

    /** Stops the broker right before the first commit. */
    private static final class Stopping
            implements Sink<ChangeRecord>, SupportsWriterState<ChangeRecord, Object>, SupportsCommitter<KafkaCommit> {
        private static final long serialVersionUID = 1L;
        private final KafkaChangeSink sink;

        Stopping(KafkaChangeSink sink) {
            this.sink = sink;
        }

        @Override
        public Committer<KafkaCommit> createCommitter(CommitterInitContext context) throws IOException {
            Committer<KafkaCommit> committer = sink.createCommitter(context);
            return new Committer<>() {
                @Override
                public void commit(Collection<CommitRequest<KafkaCommit>> requests)
                        throws IOException, InterruptedException {
                    if (!requests.isEmpty() && BACK.compareAndSet(null, new CompletableFuture<>())) {
                        broker.stop();
                        BACK.set(later());
                    }
                    committer.commit(requests);
                }

                @Override
                public void close() throws Exception {
                    committer.close();
                }
            };
        }

        @Override
        public SinkWriter<ChangeRecord> createWriter(WriterInitContext context) throws IOException {
            return sink.createWriter(context);
        }

        @SuppressWarnings({"deprecation", "MissingOverride"})
        public SinkWriter<ChangeRecord> createWriter(Sink.InitContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StatefulSinkWriter<ChangeRecord, Object> restoreWriter(
                WriterInitContext context, Collection<Object> states) throws IOException {
            return sink.restoreWriter(context, states);
        }

        @Override
        public SimpleVersionedSerializer<KafkaCommit> getCommittableSerializer() {
            return sink.getCommittableSerializer();
        }

        @Override
        public SimpleVersionedSerializer<Object> getWriterStateSerializer() {
            return sink.getWriterStateSerializer();
        }
    }
}
