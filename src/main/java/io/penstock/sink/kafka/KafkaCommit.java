/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Delivery;
import io.penstock.record.Version;
import java.util.List;

/**
 * One Kafka transaction to be committed, with what is known of its content: if the broker loses it, this says what is missing.
 *
 * @param transaction the connector's own committable, which we pass on and do not look into
 * @param transactionalId the name under which the broker has it
 * @param afterCheckpoint the transaction holds what was written after this checkpoint; 0 at the beginning of the job
 * @param count records written
 * @param first the least version written
 * @param last the greatest version written
 * @param witness one of its messages
 * @param deliveries where its messages lie; empty when it was written by a release that did not note that
 */
record KafkaCommit(
        Object transaction,
        String transactionalId,
        long afterCheckpoint,
        long count,
        Version first,
        Version last,
        Witness witness,
        List<Delivery> deliveries) {

    KafkaCommit {
        deliveries = List.copyOf(deliveries);
    }

    KafkaCommit with(Object changed) {
        return new KafkaCommit(changed, transactionalId, afterCheckpoint, count, first, last, witness, deliveries);
    }

    /** For messages. */
    String describe() {
        return "transaction " + transactionalId + " (" + count + " changes written after checkpoint " + afterCheckpoint
                + ", versions " + first + " to " + last + ")";
    }

    /** For messages, with what became of it. */
    String describe(Outcome outcome) {
        return describe() + ", whose " + witness + " " + outcome.text();
    }
}
