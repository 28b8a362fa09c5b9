/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sink.kafka.RestoredTransactions.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions whose witness the log no longer holds, with a broker of the new protocol: it refuses to commit again what their
 * writer has committed.
 */
class GoneWitnessITCase {
    private static final String RETAINED = "retained";
    private static final String COMPACTED = "compacted";
    private static final String UNTOLD = "It cannot be told any more whether Kafka committed";

    @TempDir
    static Path directory;

    private static KafkaBroker broker;
    private static Admin admin;
    private static RestoredTransactions restored;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> cleaner = Map.of(
                "log.cleaner.enable", "true",
                "log.cleaner.backoff.ms", "100",
                "log.cleaner.dedupe.buffer.size", "4194304");
        broker = KafkaBroker.start(directory, cleaner, "transaction.version=2");
        admin = broker.admin();
        restored = new RestoredTransactions(broker, admin);
        Map<String, String> compaction = Map.of(
                "cleanup.policy", "compact",
                "segment.ms", "1",
                "min.cleanable.dirty.ratio", "0.0",
                "delete.retention.ms", "0");
        admin.createTopics(List.of(
                        new NewTopic(RETAINED, 1, (short) 1),
                        new NewTopic(COMPACTED, 1, (short) 1).configs(compaction)))
                .all()
                .get();
    }

    @AfterAll
    static void stop() {
        restored.close();
        admin.close();
        broker.close();
    }

    @Test
    void aCommittedTransactionWhoseMessagesHavePassedTheirRetentionIsNoLoss() throws Exception {
        Request committed = begin(RETAINED, "r-committed");
        restored.commitByItsWriter("r-committed");
        delete(committed);
        restored.commit(committed);
        assertThat(restored.describe("r-committed").state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
        assertThat(restored.describe("r-committed").producerEpoch()).isEqualTo(1);
    }

    @Test
    void aCommittedTransactionWhoseMessagesWereCompactedAwayIsNoLoss() throws Exception {
        Request committed = begin(COMPACTED, "c-committed");
        restored.commitByItsWriter("c-committed");
        compactAway(committed);
        restored.commit(committed);
    }

    /** After a second start under its name the broker has forgotten it; what is gone may have been committed or aborted. */
    @Test
    void whatNeitherTheBrokerNorTheLogKnowsStopsTheJobAndIsNotCalledALoss() throws Exception {
        Request committed = begin(COMPACTED, "u-committed");
        restored.commitByItsWriter("u-committed");
        admin.fenceProducers(List.of("u-committed")).all().get();
        Request aborted = begin(COMPACTED, "u-aborted");
        admin.fenceProducers(List.of("u-aborted")).all().get();
        compactAway(committed);
        compactAway(aborted);
        Request deleted = begin(RETAINED, "u-deleted");
        restored.commitByItsWriter("u-deleted");
        admin.fenceProducers(List.of("u-deleted")).all().get();
        delete(deleted);
        assertThatThrownBy(() -> restored.commit(committed, aborted, deleted))
                .isInstanceOf(LostTransactionException.class)
                .hasMessageStartingWith(UNTOLD)
                .hasMessageContaining("transaction u-committed ")
                .hasMessageContaining("transaction u-aborted ")
                .hasMessageContaining("transaction u-deleted ")
                .hasMessageContaining("is no longer in the log")
                .hasMessageNotContaining("Kafka has lost");
    }

    @Test
    void anAbortedTransactionInTheLogIsALossThoughLaterOnesAreCommittedUnderItsName() throws Exception {
        Request aborted = begin(RETAINED, "l-aborted");
        admin.fenceProducers(List.of("l-aborted")).all().get();
        Request later = begin(RETAINED, "l-aborted");
        restored.commitByItsWriter("l-aborted");
        restored.commit(later);
        assertThatThrownBy(() -> restored.commit(aborted))
                .isInstanceOf(LostTransactionException.class)
                .hasMessageStartingWith("Kafka has lost")
                .hasMessageNotContaining(UNTOLD);
    }

    private static Request begin(String topic, String id) throws Exception {
        return restored.begin(topic, id, 60_000);
    }

    private static void delete(Request request) throws Exception {
        Witness witness = request.commit().witness();
        admin.deleteRecords(Map.of(
                        new TopicPartition(witness.topic(), witness.partition()),
                        RecordsToDelete.beforeOffset(witness.offset() + 1)))
                .all()
                .get();
    }

    /** A later message of the key, and others until the segments before are closed and cleaned. */
    private static void compactAway(Request request) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        byte[] key = request.commit().transactionalId().getBytes(UTF_8);
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> {
                producer.send(new ProducerRecord<>(COMPACTED, key, new byte[1])).get();
                return Messages.all(broker, COMPACTED).stream()
                        .noneMatch(message ->
                                message.offset() == request.commit().witness().offset());
            });
        }
    }
}
