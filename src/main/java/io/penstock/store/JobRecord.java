/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is remembered of a job from start to start. A value: each transition returns the next record, or refuses with a sentence for the
 * person who asked; {@link JobRecords} keeps it, one version after the other.
 *
 * <p><b>The token.</b> It grows by one with every start and every {@link #takenOver take-over}, and belongs to one life of the job, which
 * carries it ({@link Fence}). A life whose token is no longer the record's commits nothing.
 *
 * <p><b>The order that keeps an export exact.</b> A record that says {@code RUNNING} must be taken over before anybody looks for the
 * checkpoint to continue from, and {@link #started} insists on it. A committer asks for its token after its checkpoint has completed and
 * before it commits; so whatever the old life still commits belongs to a checkpoint that was complete before the take-over, and is found
 * by a search that begins after it. For the same reason a rollback takes the source's time after the take-over: what was exported by
 * then had been read from the source before.
 *
 * <p>Nothing in it is secret: {@code jobFile} is the file's text with its placeholders, in which no password can be written out.
 *
 * @param name the job's
 * @param token of the current or last life, 1 for the first
 * @param flinkJob Flink's id of that life, 32 hex digits, chosen before the job is submitted
 * @param startedFrom the checkpoint or savepoint that life began from; empty when from the beginning
 * @param desired what its operator last asked for
 * @param savepoint what the next start continues from when it is known; otherwise the newest complete checkpoint or savepoint of {@code
 *     flinkJob}, or {@code startedFrom} when there is none yet
 * @param jobFile the text of the job file of that life, placeholders unresolved
 * @param rollbacks the source's operation time at each rollback, and whenever checkpoints were lost (unsigned: seconds in the upper 32 bits, increment in the lower), growing
 * @param cluster the REST address of the cluster that life was given to; empty for a life inside the process that started it
 * @param by who wrote this version, for people
 * @param at when, for people
 */
public record JobRecord(
        String name,
        long token,
        String flinkJob,
        Optional<String> startedFrom,
        Desired desired,
        Optional<String> savepoint,
        String jobFile,
        List<Long> rollbacks,
        Optional<String> cluster,
        String by,
        String at) {
    private static final String FLINK_JOB = "[0-9a-f]{32}";

    public JobRecord {
        Stream.of(name, startedFrom, desired, savepoint, jobFile, cluster, by, at)
                .forEach(Objects::requireNonNull);
        rollbacks = List.copyOf(rollbacks);
        if (token < 1) {
            throw new IllegalArgumentException("a token begins at 1, this is " + token);
        }
        if (!flinkJob.matches(FLINK_JOB)) {
            throw new IllegalArgumentException("not an id of a Flink job (32 hex digits): '" + flinkJob + "'");
        }
    }

    /** What the job's operator last asked for; what really runs is for the cluster to say. */
    public enum Desired {
        RUNNING,
        PAUSED,
        CANCELLED,
        FINISHED
    }

    /**
     * A life that is about to be submitted.
     *
     * @param flinkJob its id in Flink, 32 hex digits
     * @param from the checkpoint or savepoint that it begins from
     * @param jobFile the job file's text, placeholders unresolved
     * @param cluster the REST address of its cluster; empty for a life inside this process
     */
    public record Start(String flinkJob, Optional<String> from, String jobFile, Optional<String> cluster) {
        public Start {
            if (cluster.isPresent() && cluster.get().contains("@")) {
                throw new IllegalArgumentException("the cluster's address holds a login, which the record would show");
            }
        }
    }

    /** The record of a job that was never started before. */
    public static JobRecord first(String name, Start start, Author author) {
        return new JobRecord(
                name,
                1,
                start.flinkJob(),
                start.from(),
                Desired.RUNNING,
                Optional.empty(),
                start.jobFile(),
                List.of(),
                start.cluster(),
                author.by(),
                author.at());
    }

    /**
     * A further life, with the next token. Where it begins must be where the job got to: to begin further back is a {@link #rolledBack
     * rollback} first.
     *
     * @throws IllegalTransitionException when it is running, or finished
     */
    public JobRecord started(Start start, Author author) {
        refuseWhileRunning("start");
        refuse("start", Desired.FINISHED, "it is finished: everything is exported, and no state is left to continue");
        return new JobRecord(
                name,
                token + 1,
                start.flinkJob(),
                start.from(),
                Desired.RUNNING,
                Optional.empty(),
                start.jobFile(),
                rollbacks,
                start.cluster(),
                author.by(),
                author.at());
    }

    /**
     * The next life begins from the beginning, into targets that are empty; so rollbacks before are forgotten. To be written before the
     * checkpoints are removed.
     *
     * @throws IllegalTransitionException when it is running
     */
    public JobRecord forgotten(Author author) {
        refuseWhileRunning("begin anew with");
        return new JobRecord(
                name,
                token,
                flinkJob,
                Optional.empty(),
                Desired.PAUSED,
                Optional.empty(),
                jobFile,
                List.of(),
                cluster,
                author.by(),
                author.at());
    }

    /**
     * A further life, with the next token, from the beginning and into targets that are empty.
     *
     * @throws IllegalTransitionException when it is running
     */
    public JobRecord startedAnew(Start start, Author author) {
        return forgotten(author).started(start, author);
    }

    /**
     * The running life has ended, and another may follow.
     *
     * @param left the savepoint with which it was stopped; empty when it ended without one
     * @throws IllegalTransitionException when it is not running
     */
    public JobRecord paused(Optional<String> left, Author author) {
        requireRunning("pause");
        return with(token, Desired.PAUSED, left, rollbacks, author);
    }

    /**
     * Ends the running life's right to commit, whether it still lives or not. Nobody runs then: {@link #started} follows, or {@link
     * #rolledBack}.
     *
     * @throws IllegalTransitionException when it is not running, so that there is nothing to take over
     */
    public JobRecord takenOver(Author author) {
        requireRunning("take over");
        return with(token + 1, Desired.PAUSED, Optional.empty(), rollbacks, author);
    }

    /**
     * The next life begins at an older savepoint or checkpoint, and exports again what came after it with a higher revision.
     *
     * @param clusterTime the source's operation time, asked for after the last life had ended or was taken over
     * @param to the savepoint or checkpoint to begin at
     * @throws IllegalTransitionException when it is running, or the time is before the last rollback's
     */
    public JobRecord rolledBack(long clusterTime, String to, Author author) {
        refuseWhileRunning("roll back");
        return with(token, Desired.PAUSED, Optional.of(to), rollbacksAnd(clusterTime), author);
    }

    /**
     * No checkpoint is left to go on from: the next life begins without one, and exports again what came after some time, with a higher
     * revision.
     *
     * @param clusterTime as for a rollback
     * @throws IllegalTransitionException when it is running or finished, or the time is before the last rollback's
     */
    public JobRecord checkpointsLost(long clusterTime, Author author) {
        refuseWhileRunning("begin anew with");
        refuse("begin anew with", Desired.FINISHED, "it is finished: everything is exported");
        return new JobRecord(
                name,
                token,
                flinkJob,
                Optional.empty(),
                Desired.PAUSED,
                Optional.empty(),
                jobFile,
                rollbacksAnd(clusterTime),
                cluster,
                author.by(),
                author.at());
    }

    private List<Long> rollbacksAnd(long clusterTime) {
        if (!rollbacks.isEmpty() && Long.compareUnsigned(clusterTime, rollbacks.get(rollbacks.size() - 1)) < 0) {
            throw new IllegalTransitionException(
                    "cannot roll back " + name
                            + ": the source's time is before that of the last rollback, so it is another source, or one that was put back");
        }
        return Stream.concat(rollbacks.stream(), Stream.of(clusterTime)).toList();
    }

    /**
     * The job is given up; its checkpoints and savepoints stay.
     *
     * @throws IllegalTransitionException when it is finished, or cancelled already
     */
    public JobRecord cancelled(Author author) {
        refuse("cancel", Desired.CANCELLED, "it is cancelled already, since " + at);
        refuse("cancel", Desired.FINISHED, "it is finished");
        return with(token, Desired.CANCELLED, savepoint, rollbacks, author);
    }

    /**
     * A bounded job has come to its end.
     *
     * @throws IllegalTransitionException when it is not running
     */
    public JobRecord finished(Author author) {
        requireRunning("finish");
        return with(token, Desired.FINISHED, Optional.empty(), rollbacks, author);
    }

    /** Where its current or last life is or was, for people. */
    public String where() {
        return cluster.map(address -> "on the Flink cluster at " + address).orElse("started by " + by) + ", since "
                + at;
    }

    private void requireRunning(String what) {
        if (desired != Desired.RUNNING) {
            throw new IllegalTransitionException(
                    "cannot " + what + " " + name + ": it is not running, it is " + text(desired) + " since " + at);
        }
    }

    private void refuseWhileRunning(String what) {
        refuse(what, Desired.RUNNING, "it is running (" + where() + "); pause it there, or take it over, first");
    }

    private void refuse(String what, Desired state, String why) {
        if (desired == state) {
            throw new IllegalTransitionException("cannot " + what + " " + name + ": " + why);
        }
    }

    private static String text(Desired state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private JobRecord with(
            long nextToken, Desired next, Optional<String> nextSavepoint, List<Long> nextRollbacks, Author author) {
        return new JobRecord(
                name,
                nextToken,
                flinkJob,
                startedFrom,
                next,
                nextSavepoint,
                jobFile,
                nextRollbacks,
                cluster,
                author.by(),
                author.at());
    }
}
