/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of a transaction that could not be committed (again). Two can know it: the broker that coordinates it, for as
 * long as nobody has used its name again, and the log, for as long as it holds the witness. Each may have forgotten what the other
 * still knows: names expire after a week without use, messages are compacted away or pass their retention.
 *
 * <p>The coordinator is asked first, and believed only when it says "committed" of our producer id with our epoch or the next. That is
 * this transaction and no later one under the same name:
 *
 * <ul>
 *   <li>A commit leaves the epoch as it is (transaction protocols 0 and 1) or raises it by one (protocol 2).
 *   <li>An abort by time-out or by another producer's start raises it by one, and the next start once more, so what follows an abort has
 *       our epoch plus two at least.
 *   <li>Only the producer itself could abort and not raise it. The connector's writer does that to transactions that are not yet
 *       handed to a checkpoint, never to one that is.
 * </ul>
 *
 * <p>"Aborted" is not believed: with our epoch plus one it may speak of the transaction after ours, when ours was committed. All else
 * is left to the log, and what neither knows stays {@link Outcome#UNKNOWN}: never taken for committed, since that would hide a loss, nor
 * called a loss. Called in the committer's task thread, only after a commit has failed.
 */
final class Outcomes implements Function<KafkaCommit, Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final KafkaSinkSpec spec;
    private final SimpleVersionedSerializer<Object> transactions;
    private final Function<Witness, Outcome> log;

    /**
     * @param transactions of the connector's committables
     * @param log what the log says of a witness
     */
    Outcomes(KafkaSinkSpec spec, SimpleVersionedSerializer<Object> transactions, Function<Witness, Outcome> log) {
        this.spec = spec;
        this.transactions = transactions;
        this.log = log;
    }

    @Override
    public Outcome apply(KafkaCommit commit) {
        Outcome coordinators = askCoordinator(commit);
        if (coordinators == Outcome.COMMITTED) {
            return coordinators;
        }
        Outcome logs = log.apply(commit.witness());
        return logs == Outcome.UNKNOWN ? coordinators : logs;
    }

    /** Never {@link Outcome#ABORTED}. */
    private Outcome askCoordinator(KafkaCommit commit) {
        Optional<ProducerEpoch> writtenAs = writtenAs(commit);
        if (writtenAs.isEmpty()) {
            return Outcome.UNKNOWN;
        }
        String id = commit.transactionalId();
        try (Admin admin = KafkaProperties.admin(spec)) {
            TransactionDescription found =
                    admin.describeTransactions(List.of(id)).description(id).get();
            LOG.info("Kafka says of {}: {}", commit.describe(), found);
            return judge(found, writtenAs.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.OPEN;
        } catch (ExecutionException | KafkaException e) {
            Throwable reason = e instanceof ExecutionException ? e.getCause() : e;
            LOG.warn("Cannot ask for the state of {}", commit.describe(), reason);
            return reason instanceof TransactionalIdNotFoundException || reason instanceof AuthorizationException
                    ? Outcome.UNKNOWN
                    : Outcome.OPEN;
        }
    }

    /** What the coordinator's answer says of the transaction written so; the reasons are above. */
    static Outcome judge(TransactionDescription found, ProducerEpoch writtenAs) {
        int raised = found.producerEpoch() - writtenAs.epoch();
        if (found.producerId() != writtenAs.producerId() || raised < 0 || raised > 1) {
            return Outcome.UNKNOWN;
        }
        return switch (found.state()) {
            case COMPLETE_COMMIT -> Outcome.COMMITTED;
            case ONGOING, PREPARE_COMMIT, PREPARE_ABORT, PREPARE_EPOCH_FENCE -> Outcome.OPEN;
            default -> Outcome.UNKNOWN;
        };
    }

    private Optional<ProducerEpoch> writtenAs(KafkaCommit commit) {
        try {
            return Connector.writtenAs(transactions, commit.transaction());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + commit.describe(), e);
        }
    }
}
