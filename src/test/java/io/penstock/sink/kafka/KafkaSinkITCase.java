/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static io.penstock.sink.kafka.Changes.CITIES;
import static io.penstock.sink.kafka.Changes.bson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.ChangeDecoder;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.store.Fence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSinkITCase {
    private static final AtomicInteger STARTS = new AtomicInteger();

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    static Path directory;

    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(directory);
        admin = broker.admin();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void anUpdateAndADeleteFollowTheirCreationUnderOneKeyAtClusterTime() throws Exception {
        Jobs.export(Specs.spec(broker, "history", Format.JSON, 3), history());

        List<ConsumerRecord<byte[], byte[]>> messages = Messages.committed(broker, "history");
        assertThat(messages)
                .extracting(Messages::key)
                .containsOnly("{\"_id\":7}")
                .hasSize(3);
        assertThat(messages)
                .extracting(message -> Messages.header(message, "op"))
                .containsExactly("c", "u", "d");
        assertThat(messages)
                .extracting(ConsumerRecord::timestamp)
                .containsExactly(
                        Changes.version(0).timestamp(),
                        Changes.version(1).timestamp(),
                        Changes.version(5000).timestamp());
        assertThat(messages.get(1).value()).asString(UTF_8).contains("\"doc\":{\"_id\":7,\"n\":2}");
        assertThat(messages.get(2).value()).as("a tombstone").isNull();
        assertThat(Messages.header(messages.get(2), "version"))
                .isEqualTo(Changes.version(5000).text());
    }

    @Test
    void bsonIsReadBackAsItWasStored() throws Exception {
        List<ChangeRecord> changes = history();
        Jobs.export(Specs.spec(broker, "bson", Format.BSON, 1), changes);

        List<ConsumerRecord<byte[], byte[]>> messages = Messages.committed(broker, "bson");
        for (int i = 0; i < changes.size(); i++) {
            assertThat(ChangeDecoder.bson(messages.get(i).value()))
                    .usingRecursiveComparison()
                    .ignoringFields("before", "shape")
                    .isEqualTo(changes.get(i));
        }
    }

    @Test
    void eachCollectionHasItsTopicCreatedAsTheJobFileSays() throws Exception {
        Namespace odd = new Namespace("geo", "citiés");
        Jobs.export(
                Specs.spec(broker, "cdc.${namespace}", Format.DEBEZIUM_JSON, 3),
                List.of(Changes.nth(CITIES, 0, 5), Changes.nth(odd, 1, 5), Changes.nth(CITIES, 2, 5)));

        String sanitised = TopicNames.legal("cdc.geo.citiés");
        assertThat(Messages.committed(broker, "cdc.geo.cities")).hasSize(2);
        assertThat(Messages.committed(broker, sanitised))
                .singleElement()
                .satisfies(message -> assertThat(Messages.header(message, "ns")).isEqualTo("geo.citiés"));
        assertThat(partitions("cdc.geo.cities")).isEqualTo(3);
        assertThat(partitions(sanitised)).isEqualTo(3);
    }

    @Test
    void aTopicThatIsThereStaysAsItIs() throws Exception {
        create("there", Map.of(), 2);
        Jobs.export(Specs.spec(broker, "there", Format.JSON, 5), history());
        assertThat(partitions("there")).isEqualTo(2);
        assertThat(Messages.committed(broker, "there")).hasSize(3);
    }

    @Test
    void aTopicThatCannotBeCreatedFailsTheJobAndSaysWhy() {
        KafkaSinkSpec spec = new KafkaSinkSpec(
                "kafka",
                List.of(),
                broker.bootstrapServers(),
                "tripled",
                Format.JSON,
                1,
                3,
                "penstock-tripled",
                Map.of());
        assertThatThrownBy(() -> Jobs.export(spec, history()))
                .extracting(ExceptionUtils::stringifyException)
                .asString()
                .contains("cannot use or create topic tripled")
                .contains("replication factor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void eachCompressionIsThere(String type) throws Exception {
        String topic = "compressed-" + type;
        Jobs.export(Specs.spec(broker, topic, Format.JSON, 1, "compression.type", type), history());
        assertThat(Messages.committed(broker, topic)).hasSize(3);
    }

    @Test
    void aRecordLargerThanTheTopicTakesIsNamedWithSizeAndLimitAndPassesOnceTheLimitIsRaised() throws Exception {
        create("large", Map.of("max.message.bytes", "2000000"), 1);
        byte[] document = bson("{_id: 'huge', text: '" + "x".repeat(15_000_000) + "'}");
        List<ChangeRecord> changes = List.of(
                Changes.nth(0, 5),
                Changes.change(Op.CREATE, CITIES, Changes.version(1), document, null),
                Changes.nth(2, 5));
        KafkaSinkSpec spec = Specs.spec(broker, "large", Format.BSON, 1);

        assertThatThrownBy(() -> Jobs.export(spec, changes))
                .extracting(ExceptionUtils::stringifyException)
                .asString()
                .containsPattern(
                        "a change of 15000\\d{3} bytes is too large for Kafka: topic large, key \\{\"_id\":\"huge\"}")
                .contains("max.request.size is 33554432, the topic's max.message.bytes is 2000000");

        create("larger", Map.of("max.message.bytes", "16000000"), 1);
        Jobs.export(Specs.spec(broker, "larger", Format.BSON, 1), changes);
        assertThat(Messages.committed(broker, "larger")).hasSize(3);
    }

    @Test
    void aRecordLargerThanTheProducerTakesIsNamedToo() throws Exception {
        KafkaSinkSpec spec = Specs.spec(broker, "small", Format.BSON, 1, "max.request.size", "3000");
        byte[] document = bson("{_id: 'big', text: '" + "x".repeat(5_000) + "'}");
        assertThatThrownBy(() -> Jobs.export(
                        spec, List.of(Changes.change(Op.CREATE, CITIES, Changes.version(1), document, null))))
                .extracting(ExceptionUtils::stringifyException)
                .asString()
                .contains("is too large for Kafka: topic small, key {\"_id\":\"big\"}")
                .contains(
                        "max.request.size is 3000, the topic's max.message.bytes is 1048588, taken from the broker's");
    }

    @Test
    void aTransactionAbortedBehindTheJobsBackFailsItForGoodAndNamesTheLoss(@InjectMiniCluster MiniCluster flink)
            throws Exception {
        KafkaSinkSpec spec = Specs.spec(broker, "lost", Format.JSON, 1);
        STARTS.set(0);
        StreamExecutionEnvironment env = Jobs.environment();
        // None falls of itself: a checkpoint in the middle would make two transactions out of the hundred messages.
        env.enableCheckpointing(Duration.ofDays(30).toMillis());
        env.setParallelism(1);
        env.fromSource(
                        new DataGeneratorSource<>(
                                n -> Changes.nth(n, 5),
                                Long.MAX_VALUE,
                                RateLimiterStrategy.perCheckpoint(100),
                                ChangeRecord.TYPE),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .map(new Started())
                .returns(ChangeRecord.TYPE)
                .sinkTo(KafkaChangeSink.from(spec, Fence.none(), DeadLetterPolicy.NONE, Jobs.TIMEOUT));
        JobClient job = env.executeAsync();

        // The first transaction's hundred messages are in the log, and its checkpoint comes only when it is asked for.
        Awaitility.await()
                .ignoreExceptions()
                .atMost(Duration.ofMinutes(4))
                .until(() -> Messages.all(broker, "lost").size() >= 100);
        List<String> open = new ArrayList<>();
        admin.listTransactions().all().get().stream()
                .filter(transaction -> transaction.transactionalId().startsWith("penstock-test-lost-")
                        && transaction.state() == TransactionState.ONGOING)
                .forEach(transaction -> open.add(transaction.transactionalId()));
        admin.fenceProducers(open).all().get();
        flink.triggerCheckpoint(job.getJobID(), CheckpointType.FULL).get();

        assertThatThrownBy(() -> job.getJobExecutionResult().get())
                .isInstanceOf(ExecutionException.class)
                .extracting(failure -> ExceptionUtils.findThrowable(failure, LostTransactionException.class)
                        .orElse(null))
                .asInstanceOf(THROWABLE)
                .hasMessageContaining("transaction penstock-test-lost-0-")
                .hasMessageContaining("(100 changes written after checkpoint ")
                .hasMessageContaining(
                        "versions " + Version.event(Changes.version(0).clusterTime()));
        assertThat(STARTS).as("a restart would lose the same again").hasValue(1);
    }

    private static List<ChangeRecord> history() {
        byte[] first = bson("{_id: 7, n: 1}");
        byte[] second = bson("{_id: 7, n: 2}");
        return List.of(
                Changes.change(Op.CREATE, CITIES, Changes.version(0), first, null),
                Changes.change(Op.UPDATE, CITIES, Changes.version(1), second, first),
                Changes.change(Op.DELETE, CITIES, Changes.version(5000), null, second));
    }

    private static void create(String topic, Map<String, String> configs, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                .all()
                .get();
    }

    private static int partitions(String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    /** Counts how often the job was started. */
    private static final class Started extends RichMapFunction<ChangeRecord, ChangeRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public void open(OpenContext context) {
            STARTS.incrementAndGet();
        }

        @Override
        public ChangeRecord map(ChangeRecord change) {
            return change;
        }
    }
}
