/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * The committer's side of a target. Each method may be called again after a crash in it or behind it, and then does what is left to do;
 * after a failure by an applier that was opened anew, while the step that failed may be at work in the target still.
 * Used by the committer's task thread only.
 */
public interface StageApplier extends AutoCloseable {
    /**
     * Runs a step: as one transaction where the target has them, so that it happens as a whole or not at all; else simply runs it.
     * At most one committer of a sink is inside where the target can see to it.
     *
     * @param stages that the step is about
     */
    void inOneStep(List<Stage> stages, Step step) throws IOException;

    /** The number of the last stage of a writer that was applied; 0 when none was. */
    long lastApplied(UUID writer) throws IOException;

    /** What the staging area holds of a stage. */
    Content content(Stage stage) throws IOException;

    /**
     * Takes the newest change of each key into the target, unless the target has a newer one or knows of a later delete.
     *
     * @return the changes that the target refused for themselves, as they were exported; all others are in it. Usually none
     */
    List<Refusal> apply(List<Stage> stages) throws IOException;

    /** Notes that a stage was applied. */
    void markApplied(Stage stage) throws IOException;

    /** Removes a stage, if it is there. */
    void clear(Stage stage) throws IOException;

    @Override
    void close() throws IOException;

    /** How many rows there are, and the sum of their checks modulo 2^64. */
    record Content(long rows, long digest) {}

    /** What is to happen in one step. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }
}
