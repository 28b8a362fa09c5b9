/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/** What becomes of a dead letter with a checkpoint: a sink's writer or committer finds it out, the committer has it settled. */
public sealed interface LetterEvent {
    /** The letter's {@link DeadLetter#id()}. */
    String id();

    /** The target refused a change: for the first time, or again when it was replayed. */
    record Refused(DeadLetter letter) implements LetterEvent {
        @Override
        public String id() {
            return letter.id();
        }
    }

    /** The letter's change was exported. */
    record Replayed(String id) implements LetterEvent {}

    /** A newer change of the document was exported since: the letter's must not be. */
    record Superseded(String id) implements LetterEvent {}
}
