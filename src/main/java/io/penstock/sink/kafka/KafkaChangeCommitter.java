/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.LetterEvent;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Attempts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SupplierWithException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
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
 * <p>A broker that is away is waited for, with growing pauses: Flink would repeat a commit ten times at once, and then fail the attempt.
 *
 * <p><b>Dead letters are settled behind the commits</b>, all of a checkpoint's. What Flink has not seen committed it gives to the next attempt once more, so they
 * are settled at least once, and repeated they are the same letters. Before the commits they would be as safe, but when there are more than the job's
 * limits allow, or their store is away, the job stands still; a transaction that is then still open is aborted by the broker, and lost, when
 * {@code transaction.timeout.ms} has passed.
 *
 * <p>Runs in the committer's task thread.
 */
final class KafkaChangeCommitter implements Committer<KafkaCommit> {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaChangeCommitter.class);

    private final SupplierWithException<Committer<Object>, IOException> connector;
    private final SimpleVersionedSerializer<Object> transactions;
    private final Function<KafkaCommit, Outcome> outcomes;
    private final Attempts attempts;
    private final SetAside setAside;

    /** What became of a transaction, and of what failed before that was asked; null when nothing did. */
    private record Judged(Outcome outcome, Throwable failure) {}

    /**
     * @param connector makes committers of the connector, which cost nothing until they resume a transaction
     * @param transactions of the connector's committables
     * @param outcomes asked only when a commit has failed
     * @param attempts repeats what the broker does not answer
     * @param setAside gets what the commits tell of dead letters
     */
    KafkaChangeCommitter(
            SupplierWithException<Committer<Object>, IOException> connector,
            SimpleVersionedSerializer<Object> transactions,
            Function<KafkaCommit, Outcome> outcomes,
            Attempts attempts,
            SetAside setAside) {
        this.connector = connector;
        this.transactions = transactions;
        this.outcomes = outcomes;
        this.attempts = attempts;
        this.setAside = setAside;
    }

    /**
     * Goes through all requests even when one is lost, so that the exception names every loss and the others are not lost with it.
     *
     * @throws LostTransactionException when the broker has lost transactions, or it cannot be told any more whether it has
     * @throws IOException when one could not be committed and may be so after a restart
     */
    @Override
    public void commit(Collection<CommitRequest<KafkaCommit>> requests) throws IOException {
        List<KafkaCommit> committed = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        Throwable reason = null;
        for (CommitRequest<KafkaCommit> request : requests) {
            KafkaCommit commit = request.getCommittable();
            Judged judged = commit.hasTransaction()
                    ? attempts.call("commit " + commit.describe(), number -> attempt(request, number))
                    : new Judged(Outcome.COMMITTED, null);
            switch (judged.outcome) {
                case ABORTED -> lost.add(commit.describe(judged.outcome));
                case UNKNOWN -> untold.add(commit.describe(judged.outcome));
                default -> committed.add(commit);
            }
            reason = judged.outcome == Outcome.COMMITTED ? reason : judged.failure;
        }
        if (!lost.isEmpty() || !untold.isEmpty()) {
            throw new LostTransactionException(lost, untold, reason);
        }
        settle(committed);
    }

    private void settle(List<KafkaCommit> commits) throws IOException {
        List<LetterEvent> events =
                commits.stream().flatMap(commit -> commit.letters().stream()).toList();
        long refused =
                events.stream().filter(LetterEvent.Refused.class::isInstance).count();
        setAside.settle(commits.stream().mapToLong(KafkaCommit::count).sum() + refused, events);
    }

    /** Never {@link Outcome#OPEN}: what is not decided yet is thrown, to be tried again. */
    private Judged attempt(CommitRequest<KafkaCommit> request, int number) throws IOException {
        KafkaCommit commit = request.getCommittable();
        Throwable failure = tryToCommit(request, number);
        if (failure == null) {
            return new Judged(Outcome.COMMITTED, null);
        }
        Outcome outcome = outcomes.apply(commit);
        if (outcome == Outcome.OPEN) {
            throw undecided(commit, failure);
        }
        if (outcome == Outcome.COMMITTED) {
            LOG.info("{} was committed before ({})", commit.describe(), failure.toString());
        }
        return new Judged(outcome, failure);
    }

    /** A failure that says that somebody has ended the transaction does not say how: while that is not decided, it passes. */
    private static IOException undecided(KafkaCommit commit, Throwable failure) {
        IOException undecided =
                new IOException("cannot commit Kafka " + commit.describe(Outcome.OPEN) + ": " + failure);
        if (failure instanceof ProducerFencedException || failure instanceof InvalidProducerEpochException) {
            undecided.addSuppressed(failure);
        } else {
            undecided.initCause(failure);
        }
        return undecided;
    }

    /**
     * Null when it was committed.
     *
     * @throws TimeoutException when the broker did not answer: it may be committed or not
     */
    private Throwable tryToCommit(CommitRequest<KafkaCommit> request, int number) throws IOException {
        Watched watched = new Watched(request, transaction(request, number));
        Committer<Object> committer = connector.get();
        try {
            committer.commit(List.of(watched));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while committing");
        } finally {
            close(committer);
        }
        if (watched.isToBeRepeated) {
            throw new TimeoutException("the broker did not answer");
        }
        return watched.failure;
    }

    private static void close(Committer<Object> committer) throws IOException {
        try {
            Closing.close(committer);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot close the connector's committer", e);
        }
    }

    /**
     * The connector cannot try again with the producer that wrote: it no longer takes itself to be in a transaction. Read back from
     * bytes, the committable has no producer, and the transaction is resumed with a new one.
     */
    private Object transaction(CommitRequest<KafkaCommit> request, int number) throws IOException {
        Object transaction = request.getCommittable().transaction();
        return number == 1 && request.getNumberOfRetries() == 0
                ? transaction
                : transactions.deserialize(transactions.getVersion(), transactions.serialize(transaction));
    }

    @Override
    public void close() {
        setAside.close();
    }

    /** A request as the connector sees it; keeps failures back from Flink, to be judged here. */
    private static final class Watched implements CommitRequest<Object> {
        private final CommitRequest<KafkaCommit> request;
        private final Object transaction;
        private Throwable failure;
        private boolean isToBeRepeated;

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
            isToBeRepeated = true;
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
