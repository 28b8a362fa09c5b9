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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that a restored job finds in its state, with brokers of the old and the new transaction protocol (KIP-890). */
class CommitITCase {
    private static final String TOPIC = "committed";

    @TempDir
    Path directory;

    private Admin admin;
    private KafkaBroker broker;
    private RestoredTransactions restored;

    @ParameterizedTest
    @ValueSource(strings = {"transaction.version=0", "transaction.version=1", "transaction.version=2"})
    void everyLossIsNamedAndNothingElseIsTakenForOne(String protocol) throws Exception {
        Map<String, String> overrides = Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200");
        broker = KafkaBroker.start(directory, overrides, protocol);
        admin = broker.admin();
        try {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            restored = new RestoredTransactions(broker, admin);
            committingThreeTimesIsNoLoss();
            committedAndInitialisedAnewIsNoLoss();
            abortedAndTimedOutAreLossesAndTheRestIsCommitted();
        } finally {
            restored.close();
            admin.close();
            broker.close();
        }
    }

    /** The job was restored from one checkpoint several times. */
    private void committingThreeTimesIsNoLoss() throws Exception {
        List<Request> requests = List.of(
                restored.begin(TOPIC, "a-1", 60_000),
                restored.begin(TOPIC, "a-2", 60_000),
                restored.begin(TOPIC, "a-3", 60_000));
        for (int restore = 0; restore < 3; restore++) {
            restored.commit(requests.toArray(Request[]::new));
        }
        assertCommitted("a-1", "a-2", "a-3");
    }

    /** The job was restored from a checkpoint, then from an older one, then from the first one again. */
    private void committedAndInitialisedAnewIsNoLoss() throws Exception {
        Request committed = restored.begin(TOPIC, "b-1", 60_000);
        restored.commit(committed);
        admin.fenceProducers(List.of("b-1")).all().get();
        restored.commit(committed);
        assertCommitted("a-1", "a-2", "a-3", "b-1");
    }

    private void abortedAndTimedOutAreLossesAndTheRestIsCommitted() throws Exception {
        Request fenced = restored.begin(TOPIC, "c-1", 60_000);
        Request timedOut = restored.begin(TOPIC, "c-2", 2_500);
        Request healthy = restored.begin(TOPIC, "c-3", 60_000);
        admin.fenceProducers(List.of("c-1")).all().get();
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .until(() -> restored.describe("c-2").state() == TransactionState.COMPLETE_ABORT);

        assertThatThrownBy(() -> restored.commit(fenced, timedOut, healthy))
                .isInstanceOf(LostTransactionException.class)
                .hasMessageContaining("transaction c-1 (7 changes written after checkpoint 41, versions "
                        + Changes.version(1) + " to " + Changes.version(7) + ")")
                .hasMessageContaining("transaction c-2 ")
                .hasMessageContaining("is not seen by consumers")
                .hasMessageNotContaining("c-3 ");
        assertCommitted("a-1", "a-2", "a-3", "b-1", "c-3");
    }

    private void assertCommitted(String... names) {
        assertThat(Messages.committed(broker, TOPIC).stream().map(message -> new String(message.value(), UTF_8)))
                .containsExactly(names);
    }
}
