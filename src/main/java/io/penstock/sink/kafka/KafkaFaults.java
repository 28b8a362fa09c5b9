/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.Fault.Kind;
import io.penstock.sink.outage.FaultTable;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What Kafka's errors mean. A failure often has several in its chain of causes, such as a time-out because of a topic that is not there: the row that
 * comes first decides, so those that a person has to mend stand before those that pass.
 */
final class KafkaFaults implements FaultTable {
    static final KafkaFaults INSTANCE = new KafkaFaults();

    private static final String FENCED =
            "Another run of this job, or another job with the same transactional-id-prefix, has taken its transactions; or this one was"
                    + " open for longer than transaction.timeout.ms. There must be one job of a prefix";
    private static final String CREATION =
            "Create the topic by hand, or change partitions, replication-factor or the broker's policy";
    private static final String VERSION =
            "Use a broker of a version that this job's client can talk to, or other properties";

    private static final List<Row> ROWS = List.of(
            systemic(
                    SaslAuthenticationException.class,
                    "Check sasl.mechanism and the login in sasl.jaas.config under the sink's properties"),
            systemic(
                    SslAuthenticationException.class,
                    "Check the certificates: ssl.truststore.* and ssl.keystore.* under the sink's properties, and that the host's name is in the broker's"),
            systemic(
                    AuthenticationException.class, "Check security.protocol and the login under the sink's properties"),
            systemic(
                    TopicAuthorizationException.class,
                    "Grant the login DESCRIBE, WRITE and READ on the topic, and CREATE where it is absent"),
            systemic(
                    TransactionalIdAuthorizationException.class,
                    "Grant the login DESCRIBE and WRITE on transactional ids with the sink's transactional-id-prefix"),
            systemic(
                    ClusterAuthorizationException.class,
                    "Grant the login what docs/kafka.md lists under Rights, or create the topic by hand"),
            systemic(AuthorizationException.class, "Grant the login what docs/kafka.md lists under Rights"),
            systemic(
                    SecurityDisabledException.class,
                    "The broker has no authorizer, and was asked for rights: configure one, or remove what needs it from the properties"),
            systemic(ProducerFencedException.class, FENCED),
            systemic(InvalidProducerEpochException.class, FENCED),
            systemic(
                    UnknownTopicOrPartitionException.class,
                    "Was the topic deleted? It is created again when the job starts; what it held is gone, and is exported again only by a job from the beginning"),
            systemic(InvalidTopicException.class, "Choose a topic whose name Kafka allows"),
            systemic(KafkaStorageException.class, "A broker cannot write its log: look at its disk and its own log"),
            systemic(
                    InvalidTxnTimeoutException.class,
                    "Lower transaction.timeout.ms under the sink's properties, or raise the broker's transaction.max.timeout.ms"),
            systemic(
                    InvalidTimestampException.class,
                    "Messages carry the source's cluster time: raise the topic's message.timestamp.before.max.ms or message.timestamp.after.max.ms, or set the source's clock"),
            systemic(InvalidReplicationFactorException.class, CREATION),
            systemic(InvalidPartitionsException.class, CREATION),
            systemic(PolicyViolationException.class, CREATION),
            systemic(InvalidRequiredAcksException.class, "Set acks to all under the sink's properties, or remove it"),
            systemic(
                    UnsupportedCompressionTypeException.class,
                    "Set another compression.type under the sink's properties"),
            systemic(UnsupportedForMessageFormatException.class, VERSION),
            systemic(UnsupportedVersionException.class, VERSION),
            record(InvalidRecordException.class),
            // The two before are of its kind.
            systemic(InvalidConfigurationException.class, CREATION),
            systemic(ConfigException.class, "Check bootstrap-servers and the sink's properties"),
            record(RecordTooLargeException.class),
            record(RecordBatchTooLargeException.class),
            record(SerializationException.class),
            passes(RetriableException.class),
            passes(DisconnectException.class),
            passes(TransactionAbortedException.class));

    private record Row(Class<? extends Throwable> type, Kind kind, String advice) {}

    private record Found(Row row, Throwable reason) {}

    private KafkaFaults() {}

    @Override
    public Fault of(Throwable failure) {
        Found found = find(failure);
        return found.row == null
                ? new Fault(Kind.TRANSIENT, code(failure), "")
                : new Fault(found.row.kind, code(found.reason), found.row.advice);
    }

    /** The one in a failure's chain of causes that decides what it means; of an unknown failure itself. */
    static Throwable reason(Throwable failure) {
        return find(failure).reason;
    }

    private static Found find(Throwable failure) {
        for (Row row : ROWS) {
            for (Throwable each = failure; each != null; each = each.getCause()) {
                if (row.type.isInstance(each)) {
                    return new Found(row, each);
                }
            }
        }
        return new Found(null, failure);
    }

    /** Kafka's name of it: {@code RecordTooLarge}. */
    static String code(Throwable reason) {
        String name = reason.getClass().getSimpleName();
        return name.endsWith("Exception") ? name.substring(0, name.length() - "Exception".length()) : name;
    }

    private static Row systemic(Class<? extends Throwable> type, String advice) {
        return new Row(type, Kind.SYSTEMIC, advice);
    }

    private static Row record(Class<? extends Throwable> type) {
        return new Row(type, Kind.RECORD, "");
    }

    private static Row passes(Class<? extends Throwable> type) {
        return new Row(type, Kind.TRANSIENT, "");
    }
}
