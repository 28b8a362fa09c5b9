/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.store.DeadLetters;
import java.io.IOException;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a sink's refused changes where dead letters are kept, unless they are too many. Used by one task thread: a committer's, right before it notes
 * that a checkpoint's changes are in the target.
 */
public final class SetAside implements AutoCloseable {
    /** Of fewer changes no rate is taken: one refused of three says nothing. */
    static final long LEAST_CHANGES = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);

    private final String sink;
    private final DeadLetterPolicy policy;
    private final Counter refused;
    private final Counter replayed;
    private DeadLetters letters;
    private long changesSeen;
    private long refusedSeen;
    private List<String> lastSettled = List.of();

    /** @param sink its name in the job file */
    public SetAside(String sink, DeadLetterPolicy policy, MetricGroup metrics) {
        this.sink = sink;
        this.policy = policy;
        MetricGroup group = metrics.addGroup("deadLetters");
        refused = group.counter("refused");
        replayed = group.counter("replayed");
    }

    /**
     * Settles what became of letters. Repeated, it changes nothing more: those of a commit that is tried again, behind letters that are settled already, are not
     * counted for the limits once more.
     *
     * @param changes how many changes the events are among
     * @throws TooManyDeadLettersException when the limits do not allow them: nothing was settled then
     * @throws IOException when the store cannot be written now
     */
    public void settle(long changes, List<LetterEvent> events) throws IOException {
        List<String> these = events.stream().map(SetAside::identity).toList();
        if (!these.isEmpty() && these.equals(lastSettled)) {
            letters().settle(events);
            return;
        }
        List<DeadLetter> fresh = events.stream()
                .filter(LetterEvent.Refused.class::isInstance)
                .map(event -> ((LetterEvent.Refused) event).letter())
                .filter(letter -> letter.attempts() == 1)
                .toList();
        changesSeen += changes;
        refusedSeen += fresh.size();
        if (!events.isEmpty()) {
            requirePlace(events);
            if (!fresh.isEmpty()) {
                requireRate(fresh.get(0));
                requireCount(fresh);
            }
            letters().settle(events);
            lastSettled = these;
            if (!fresh.isEmpty()) {
                LOG.warn(
                        "{} changes were set aside as dead letters (penstock dlq list). Such as: {}",
                        fresh.size(),
                        describe(fresh.get(0)));
            }
            refused.inc(fresh.size());
            replayed.inc(events.stream()
                    .filter(LetterEvent.Replayed.class::isInstance)
                    .count());
        }
        if (changesSeen >= LEAST_CHANGES) {
            changesSeen = 0;
            refusedSeen = 0;
        }
    }

    private static String identity(LetterEvent event) {
        return event.id()
                + (event instanceof LetterEvent.Refused refusal
                        ? refusal.letter().attempts()
                        : "");
    }

    private void requirePlace(List<LetterEvent> events) throws IOException {
        if (policy.target() == null) {
            LetterEvent first = events.get(0);
            throw new IOException(
                    first instanceof LetterEvent.Refused refusal
                            ? describe(refusal.letter())
                            : "there are no dead letters in this job, and one was replayed: " + first.id());
        }
    }

    private void requireRate(DeadLetter example) throws TooManyDeadLettersException {
        if (refusedSeen > policy.maxRate() * Math.max(changesSeen, LEAST_CHANGES)) {
            throw new TooManyDeadLettersException("Sink " + sink + ": " + refusedSeen + " of the last " + changesSeen
                    + " changes were refused, more than dead-letters.max-rate (" + policy.maxRate()
                    + ") allows: nothing of this checkpoint was set aside. " + whatToDo(example));
        }
    }

    /** Those that are there already were set aside by a commit that was not finished, and is repeated after a restart. */
    private void requireCount(List<DeadLetter> fresh) throws IOException {
        long open = letters().open(sink);
        if (open + fresh.size() <= policy.maxCount()) {
            return;
        }
        long more = fresh.size()
                - letters().stored(fresh.stream().map(DeadLetter::id).toList());
        if (more > 0 && open + more > policy.maxCount()) {
            throw new TooManyDeadLettersException("Sink " + sink + ": " + open + " dead letters are open, and " + more
                    + " more are refused; dead-letters.max-count allows " + policy.maxCount()
                    + ": nothing of this checkpoint was set aside. " + whatToDo(fresh.get(0)));
        }
    }

    private static String whatToDo(DeadLetter example) {
        return "Mend the target (penstock dlq list shows what it refuses), replay or purge the letters, or raise the limit,"
                + " and run again: it continues. Such as: " + describe(example);
    }

    private static String describe(DeadLetter letter) {
        return "sink " + letter.sink() + " cannot take " + letter.change().namespace() + " "
                + letter.change().key() + ", version " + letter.change().version() + ": " + letter.message() + " ("
                + letter.code() + ")";
    }

    private DeadLetters letters() throws IOException {
        if (letters == null) {
            letters = policy.target().open();
        }
        return letters;
    }

    @Override
    public void close() {
        if (letters != null) {
            letters.close();
        }
    }
}
