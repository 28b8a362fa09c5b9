/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Version;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
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

    private static MockCommitRequest<KafkaCommit> request(String id) {
        Version version = Version.event(1);
        return new MockCommitRequest<>(
                new KafkaCommit(id, id, 1, 1, version, version, new Witness("topic", 0, 0), List.of(), List.of()));
    }

    @Test
    void aLossIsExplainedByItsOwnFailureAndNotByThatOfATransactionThatWasCommittedBefore() {
        Map<String, Outcome> outcomes = Map.of("lost", Outcome.ABORTED, "there", Outcome.COMMITTED);
        KafkaChangeCommitter committer =
                new KafkaChangeCommitter(Failing::new, null, commit -> outcomes.get(commit.transactionalId()));
        assertThatThrownBy(() -> committer.commit(List.of(request("lost"), request("there"))))
                .isInstanceOf(LostTransactionException.class)
                .hasMessageContaining("transaction lost ")
                .hasMessageNotContaining("transaction there ")
                .hasRootCauseMessage("of lost");
    }
}
