/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The right to write what is known of a job. It is the token of the job's record, and grows with each start and each take-over; within a life each
 * attempt takes a number. Every write is made only as long as no greater (token, attempt) is there, in one transaction with that question, and
 * never for a checkpoint before the last one that was written: so whoever was frozen and wakes up changes nothing.
 *
 * <p>Having been renewed lately says that the holder lives, for those who want to start the job. It is no condition for writing: a lease that nobody has
 * taken over is still held.
 */
public interface Leases {
    /**
     * What is known of the holder.
     *
     * @param attempt the latest
     * @param isFresh whether it was renewed within its own length, by the server's clock
     */
    record Held(Attempt attempt, boolean isFresh) {}

    /** The present holder; empty for a job that never ran. */
    Optional<Held> read() throws IOException;

    /**
     * Asks the server whether a life still has the right, so that what was answered holds for everybody.
     *
     * @throws LeaseLostException when the job has another life by now
     * @throws IOException when it cannot be told
     */
    void requireHeld(long token) throws IOException;

    /**
     * Takes the next number; all lesser ones of the life are refused from now on.
     *
     * @throws LeaseLostException when the job has another life by now
     * @throws StoreAwayException when the store does not answer
     */
    Attempt begin(long token) throws IOException;

    /**
     * Says that the holder lives.
     *
     * @throws LeaseLostException when the job has another life by now
     * @throws SupersededException when another attempt of the life has begun
     * @throws StoreAwayException when the store does not answer
     */
    void renew(Attempt attempt) throws IOException;

    /**
     * Writes how far a job's source is at a complete checkpoint, all of it or nothing. Written by the one who coordinates the attempts, who has no number
     * among them.
     *
     * @param checkpoint one before the last one that was told of changes nothing
     * @throws LeaseLostException when the job has another life by now
     * @throws StoreAwayException when it cannot be told whether it was written
     */
    void report(long token, long checkpoint, SourceProgress progress) throws IOException;

    /**
     * Writes what a checkpoint covers, all of it or nothing; doing so again changes nothing.
     *
     * @param checkpoint a complete one; grows within the life, and may be given again
     * @throws LeaseLostException when the job has another life by now
     * @throws SupersededException when another attempt of the life has begun
     * @throws DoubleSealException when another manifest is at the place of one of these
     * @throws StoreAwayException when it cannot be told whether it was written; to be called again
     */
    void commit(Attempt attempt, long checkpoint, List<MetadataEntry> entries) throws IOException;

    /**
     * How often a write that met another one in the same moment was made again; since the store was opened. The coordinator and the attempts write to
     * one document, so some are to be expected.
     */
    long repeated();
}
