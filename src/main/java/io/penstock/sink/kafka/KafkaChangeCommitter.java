/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SupplierWithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits transactions through the connector, and fails the job for each that the broker has lost. The connector itself calls such a
 * loss (its producer fenced, its transaction aborted or forgotten) a failure "with known reason", which Flink logs, counts and passes
 * over: the job would stay green while its changes are missing. Here every failure is judged by what became of the transaction.
 *
 * <p>Each request gets a committer of the connector for itself. For a transaction that a restored job finds in its state it resumes
 * a producer, and one producer resumed a second time misbehaves with brokers of Kafka 4 (transaction protocol 2): it initialises the
 * transactional id after committing, which fences a later, rightful repetition, and after a failure it hangs for a minute.
 *
 * <p>Runs in the committer's task thread.
 */
final class KafkaChangeCommitter implements Committer<KafkaCommit> {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaChangeCommitter.class);

    private final SupplierWithException<Committer<Object>, IOException> connector;
    private final SimpleVersionedSerializer<Object> transactions;
    private final Function<KafkaCommit, Outcome> outcomes;

    /**
     * @param connector makes committers of the connector, which cost nothing until they resume a transaction
     * @param transactions of the connector's committables
     * @param outcomes asked only when a commit has failed
     */
    KafkaChangeCommitter(
            SupplierWithException<Committer<Object>, IOException> connector,
            SimpleVersionedSerializer<Object> transactions,
            Function<KafkaCommit, Outcome> outcomes) {
        this.connector = connector;
        this.transactions = transactions;
        this.outcomes = outcomes;
    }

    /**
     * Goes through all requests even when one is lost, so that the exception names every loss and the others are not lost with it.
     *
     * @throws LostTransactionException when the broker has lost transactions, or it cannot be told any more whether it has
     * @throws IOException when one could not be committed and may be so after a restart
     */
    @Override
    public void commit(Collection<CommitRequest<KafkaCommit>> requests) throws IOException, InterruptedException {
        List<String> lost = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        Throwable reason = null;
        for (CommitRequest<KafkaCommit> request : requests) {
            Throwable failure = tryToCommit(request);
            if (failure != null) {
                KafkaCommit commit = request.getCommittable();
                Outcome outcome = outcomes.apply(commit);
                switch (outcome) {
                    case COMMITTED -> LOG.info("{} was committed before ({})", commit.describe(), failure.toString());
                    case OPEN -> throw new IOException(
                            "cannot commit Kafka " + commit.describe(outcome) + ": " + failure, failure);
                    case ABORTED -> {
                        lost.add(commit.describe(outcome));
                        reason = failure;
                    }
                    case UNKNOWN -> {
                        untold.add(commit.describe(outcome));
                        reason = failure;
                    }
                }
            }
        }
        if (!lost.isEmpty() || !untold.isEmpty()) {
            throw new LostTransactionException(lost, untold, reason);
        }
    }

    /** Null when it was committed or shall be tried again. */
    private Throwable tryToCommit(CommitRequest<KafkaCommit> request) throws IOException, InterruptedException {
        Watched watched = new Watched(request, transaction(request));
        try (Committer<Object> committer = connector.get()) {
            committer.commit(List.of(watched));
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot close the connector's committer", e);
        }
        return watched.failure;
    }

    /**
     * The connector cannot try again with the producer that wrote: it no longer takes itself to be in a transaction. Read back from
     * bytes, the committable has no producer, and the transaction is resumed with a new one.
     */
    private Object transaction(CommitRequest<KafkaCommit> request) throws IOException {
        Object transaction = request.getCommittable().transaction();
        return request.getNumberOfRetries() == 0
                ? transaction
                : transactions.deserialize(transactions.getVersion(), transactions.serialize(transaction));
    }

    /** Nothing is held between commits. */
    @Override
    public void close() {}

    /** A request as the connector sees it; keeps failures back from Flink, to be judged here. */
    private static final class Watched implements CommitRequest<Object> {
        private final CommitRequest<KafkaCommit> request;
        private final Object transaction;
        private Throwable failure;

        Watched(CommitRequest<KafkaCommit> request, Object transaction) {
            this.request = request;
            this.transaction = transaction;
        }

        @Override
        public Object getCommittable() {
            return transaction;
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable t) {
            failure = t;
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable t) {
            failure = t;
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(Object changed) {
            request.updateAndRetryLater(request.getCommittable().with(changed));
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
