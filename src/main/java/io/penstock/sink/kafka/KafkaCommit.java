/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Delivery;
import io.penstock.record.LetterEvent;
import io.penstock.record.Version;
import java.util.List;

/**
 * One Kafka transaction to be committed, with what is known of its content: if the broker loses it, this says what is missing. And what became of
 * dead letters meanwhile; where nothing was written, there is only that, and no transaction.
 *
 * @param transaction the connector's own committable, which we pass on and do not look into; null when there are letters only
 * @param transactionalId the name under which the broker has it; null without a transaction
 * @param afterCheckpoint the transaction holds what was written after this checkpoint; 0 at the beginning of the job
 * @param count records written
 * @param first the least version written; null without a transaction
 * @param last the greatest version written; null without a transaction
 * @param witness one of its messages; null without a transaction
 * @param deliveries where its messages lie, and which changes are not among them; empty when it was written by a release that did not note that
 * @param letters to be settled with it
 */
record KafkaCommit(
        Object transaction,
        String transactionalId,
        long afterCheckpoint,
        long count,
        Version first,
        Version last,
        Witness witness,
        List<Delivery> deliveries,
        List<LetterEvent> letters) {

    KafkaCommit {
        deliveries = List.copyOf(deliveries);
        letters = List.copyOf(letters);
    }

    /** Nothing was written: what was refused, or noted of replays. */
    static KafkaCommit ofLetters(long afterCheckpoint, List<Delivery> deliveries, List<LetterEvent> letters) {
        return new KafkaCommit(null, null, afterCheckpoint, 0, null, null, null, deliveries, letters);
    }

    boolean hasTransaction() {
        return transaction != null;
    }

    KafkaCommit with(Object changed) {
        return new KafkaCommit(
                changed, transactionalId, afterCheckpoint, count, first, last, witness, deliveries, letters);
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
