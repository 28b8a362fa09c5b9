/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.Fault.Kind;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaFaultsTest {
    static Stream<Arguments> faults() {
        return Stream.of(
                passes("Timeout", new TimeoutException("t")),
                passes("Disconnect", new DisconnectException()),
                passes("Network", new NetworkException("n")),
                passes("NotEnoughReplicas", new NotEnoughReplicasException("n")),
                passes("NotEnoughReplicasAfterAppend", new NotEnoughReplicasAfterAppendException("n")),
                passes("NotLeaderOrFollower", new NotLeaderOrFollowerException()),
                passes("LeaderNotAvailable", new LeaderNotAvailableException("l")),
                passes("CoordinatorNotAvailable", new CoordinatorNotAvailableException("c")),
                passes("CoordinatorLoadInProgress", new CoordinatorLoadInProgressException("c")),
                passes("NotCoordinator", new NotCoordinatorException("n")),
                passes("ConcurrentTransactions", new ConcurrentTransactionsException("c")),
                passes("ThrottlingQuotaExceeded", new ThrottlingQuotaExceededException("t")),
                passes("TransactionAborted", new TransactionAbortedException()),
                passes("IO", new IOException("of a kind that nobody knows")),
                mends("SaslAuthentication", new SaslAuthenticationException("s"), "sasl.jaas.config"),
                mends("SslAuthentication", new SslAuthenticationException("s"), "ssl.truststore"),
                mends("TopicAuthorization", new TopicAuthorizationException("t"), "WRITE and READ on the topic"),
                mends(
                        "TransactionalIdAuthorization",
                        new TransactionalIdAuthorizationException("t"),
                        "transactional-id-prefix"),
                mends("UnknownTopicOrPartition", new UnknownTopicOrPartitionException("u"), "deleted"),
                mends("InvalidTopic", new InvalidTopicException("i"), "name"),
                mends("ProducerFenced", new ProducerFencedException("p"), "one job of a prefix"),
                mends("InvalidProducerEpoch", new InvalidProducerEpochException("i"), "one job of a prefix"),
                mends("KafkaStorage", new KafkaStorageException("k"), "disk"),
                mends("InvalidTxnTimeout", new InvalidTxnTimeoutException("i"), "transaction.max.timeout.ms"),
                mends("InvalidTimestamp", new InvalidTimestampException("i"), "message.timestamp.after.max.ms"),
                mends("InvalidReplicationFactor", new InvalidReplicationFactorException("i"), "replication-factor"),
                mends("PolicyViolation", new PolicyViolationException("p"), "policy"),
                mends("UnsupportedVersion", new UnsupportedVersionException("u"), "version"),
                mends("Config", new ConfigException("c"), "bootstrap-servers"),
                Arguments.of(Kind.RECORD, "RecordTooLarge", new RecordTooLargeException("r"), ""),
                Arguments.of(Kind.RECORD, "Serialization", new SerializationException("s"), ""),
                Arguments.of(Kind.RECORD, "InvalidRecord", new InvalidRecordException("i"), ""));
    }

    private static Arguments passes(String code, Exception failure) {
        return Arguments.of(Kind.TRANSIENT, code, failure, "");
    }

    private static Arguments mends(String code, Exception failure, String advice) {
        return Arguments.of(Kind.SYSTEMIC, code, failure, advice);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void eachErrorIsToldApartAloneAndInsideOthers(Kind kind, String code, Exception failure, String advice) {
        Fault alone = KafkaFaults.INSTANCE.of(failure);
        assertThat(alone.kind()).isEqualTo(kind);
        assertThat(alone.code()).isEqualTo(code);
        assertThat(alone.advice()).contains(advice);
        assertThat(alone.advice().isEmpty()).isEqualTo(kind != Kind.SYSTEMIC);
        Exception wrapped = new IOException(
                "One or more",
                new FlinkRuntimeException("Failed to send", new KafkaException("in error state", failure)));
        assertThat(KafkaFaults.INSTANCE.of(wrapped).kind()).isEqualTo(kind);
        if (!code.equals("IO")) {
            assertThat(KafkaFaults.reason(wrapped)).isSameAs(failure);
        }
    }

    @Test
    void whatAPersonHasToMendDecidesWhereverItStands() {
        Exception deleted = new TimeoutException("not present in metadata", new UnknownTopicOrPartitionException("u"));
        assertThat(KafkaFaults.INSTANCE.of(new ExecutionException(deleted)).kind())
                .isEqualTo(Kind.SYSTEMIC);
    }
}
