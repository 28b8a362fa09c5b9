/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomesTest {
    private static final ProducerEpoch WRITTEN_AS = new ProducerEpoch(7, (short) 3);

    /** Two above may follow an abort, one below is before the transaction, another producer id is after 32767 starts or a week. */
    @ParameterizedTest
    @CsvSource({"7,3,COMMITTED", "7,4,COMMITTED", "7,5,UNKNOWN", "7,2,UNKNOWN", "8,3,UNKNOWN", "8,0,UNKNOWN"})
    void committedIsBelievedOfTheSameProducerAndItsEpochOrTheNext(long producer, int epoch, Outcome outcome) {
        assertThat(judge(TransactionState.COMPLETE_COMMIT, producer, epoch)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @EnumSource(
            value = TransactionState.class,
            names = {"ONGOING", "PREPARE_COMMIT", "PREPARE_ABORT", "PREPARE_EPOCH_FENCE"})
    void whatIsNotEndedIsAskedForAgain(TransactionState state) {
        assertThat(judge(state, 7, 4)).isEqualTo(Outcome.OPEN);
        assertThat(judge(state, 7, 5)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void abortedMaySpeakOfTheNextTransaction() {
        assertThat(judge(TransactionState.COMPLETE_ABORT, 7, 4)).isEqualTo(Outcome.UNKNOWN);
        assertThat(judge(TransactionState.EMPTY, 7, 4)).isEqualTo(Outcome.UNKNOWN);
    }

    private static Outcome judge(TransactionState state, long producer, int epoch) {
        return Outcomes.judge(
                new TransactionDescription(0, state, producer, epoch, 60_000, OptionalLong.empty(), Set.of()),
                WRITTEN_AS);
    }
}
