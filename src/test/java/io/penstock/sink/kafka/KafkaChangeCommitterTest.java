/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.record.Version;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.MemoryLetters;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.deadletter.TooManyDeadLettersException;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.OutageMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.function.SupplierWithException;
import org.junit.jupiter.api.Test;

/** A connector that can commit nothing: each transaction fails with its own name. */
class KafkaChangeCommitterTest {
    private static final class Failing implements Committer<Object> {
        @Override
        public void commit(Collection<CommitRequest<Object>> requests) {
            requests.forEach(request ->
                    request.signalFailedWithKnownReason(new IllegalStateException("of " + request.getCommittable())));
        }

        @Override
        public void close() {}
    }

    /** Says that the broker did not answer, so often; then commits. */
    private static final class Away implements Committer<Object> {
        private final AtomicInteger left;
        private final List<Object> committed;

        Away(AtomicInteger left, List<Object> committed) {
            this.left = left;
            this.committed = committed;
        }

        @Override
        public void commit(Collection<CommitRequest<Object>> requests) {
            for (CommitRequest<Object> request : requests) {
                if (left.getAndDecrement() > 0) {
                    request.retryLater();
                } else {
                    committed.add(request.getCommittable());
                }
            }
        }

        @Override
        public void close() {}
    }

    /** Transactions are their own names, also when they are read back. */
    private static final class Names implements SimpleVersionedSerializer<Object> {
        @Override
        public int getVersion() {
            return 7;
        }

        @Override
        public byte[] serialize(Object name) {
            return ((String) name).getBytes(UTF_8);
        }

        @Override
        public Object deserialize(int version, byte[] serialized) {
            return new String(serialized, UTF_8) + " resumed";
        }
    }

    private static final LetterEvent REFUSED = new LetterEvent.Refused(
            new DeadLetter("kafka", Changes.nth(1, 5), DeadLetter.Reason.TOO_LARGE, "RecordTooLarge", "words", 1));

    private final MemoryLetters letters = new MemoryLetters();
    private final DeadLetterPolicy aside = new DeadLetterPolicy(() -> letters, 10, 1);

    private static KafkaChangeCommitter committer(
            SupplierWithException<Committer<Object>, IOException> connector,
            Function<KafkaCommit, Outcome> outcomes,
            DeadLetterPolicy policy) {
        UnregisteredMetricsGroup metrics = new UnregisteredMetricsGroup();
        return new KafkaChangeCommitter(
                connector,
                new Names(),
                outcomes,
                new Attempts("kafka", KafkaFaults.INSTANCE, Duration.ofMinutes(4), new OutageMetrics(metrics)),
                new SetAside("kafka", policy, metrics));
    }

    private static MockCommitRequest<KafkaCommit> request(String id, LetterEvent... letters) {
        Version version = Version.event(1);
        return new MockCommitRequest<>(new KafkaCommit(
                id, id, 1, 1, version, version, new Witness("topic", 0, 0), List.of(), List.of(letters)));
    }

    @Test
    void aBrokerThatDoesNotAnswerIsAskedAgainWithATransactionThatIsResumedAndFlinkHearsOfNothing() throws Exception {
        List<Object> committed = new ArrayList<>();
        AtomicInteger left = new AtomicInteger(2);
        MockCommitRequest<KafkaCommit> request = request("one", REFUSED);
        committer(() -> new Away(left, committed), commit -> null, aside).commit(List.of(request));
        assertThat(committed).containsExactly("one resumed");
        assertThat(request.getNumberOfRetries()).isZero();
        assertThat(letters.letters.keySet()).containsExactly(REFUSED.id());
    }

    @Test
    void lettersWithoutATransactionAreSettledOnceHoweverOftenTheyAreCommitted() throws Exception {
        MockCommitRequest<KafkaCommit> request =
                new MockCommitRequest<>(KafkaCommit.ofLetters(41, List.of(), List.of(REFUSED)));
        try (KafkaChangeCommitter committer = committer(Failing::new, commit -> Outcome.ABORTED, aside)) {
            committer.commit(List.of(request));
            committer.commit(List.of(request));
        }
        assertThat(letters.letters.keySet()).containsExactly(REFUSED.id());
    }

    @Test
    void whatIsMoreThanTheLimitsAllowKeepsNoTransactionOpen() {
        List<Object> committed = new ArrayList<>();
        DeadLetterPolicy none = new DeadLetterPolicy(() -> letters, 0, 1);
        assertThatThrownBy(() -> committer(() -> new Away(new AtomicInteger(), committed), commit -> null, none)
                        .commit(List.of(request("one", REFUSED), request("two"))))
                .isInstanceOf(TooManyDeadLettersException.class);
        assertThat(committed).containsExactly("one", "two");
        assertThat(letters.letters).isEmpty();
    }

    @Test
    void aReplayWhoseTransactionWasLostIsNotNotedAsReplayed() {
        assertThatThrownBy(() -> committer(Failing::new, commit -> Outcome.ABORTED, aside)
                        .commit(List.of(request("lost", new LetterEvent.Replayed("0a")))))
                .isInstanceOf(LostTransactionException.class);
        assertThat(letters.replayed).isEmpty();
    }

    @Test
    void whatIsNotDecidedYetIsAskedForAgain() throws Exception {
        List<Outcome> answers = new ArrayList<>(List.of(Outcome.OPEN, Outcome.COMMITTED));
        committer(Failing::new, commit -> answers.remove(0), aside).commit(List.of(request("slow")));
        assertThat(answers).isEmpty();
    }

    @Test
    void aLossIsExplainedByItsOwnFailureAndNotByThatOfATransactionThatWasCommittedBefore() {
        Map<String, Outcome> outcomes = Map.of("lost", Outcome.ABORTED, "there", Outcome.COMMITTED);
        KafkaChangeCommitter committer =
                committer(Failing::new, commit -> outcomes.get(commit.transactionalId()), DeadLetterPolicy.NONE);
        assertThatThrownBy(() -> committer.commit(List.of(request("lost"), request("there"))))
                .isInstanceOf(LostTransactionException.class)
                .hasMessageContaining("transaction lost ")
                .hasMessageNotContaining("transaction there ")
                .hasRootCauseMessage("of lost");
    }
}
