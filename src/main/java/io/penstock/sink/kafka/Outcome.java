/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

/** What became of a transaction, as far as the broker and its log can tell. */
enum Outcome {
    /** Its messages are there for consumers. */
    COMMITTED("is committed"),
    /** Its messages are in the log as aborted: lost for certain. */
    ABORTED("is in the log, but is not seen by consumers that read committed transactions"),
    /** It is still open, or the topic cannot be read now: ask again later. */
    OPEN("is not decided yet, or the topic cannot be read now"),
    /** The log no longer holds the witness, or must not be read, and the broker does not know either: asking again would not help. */
    UNKNOWN("is no longer in the log, or must not be read");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** As the predicate of a sentence about the witness. */
    String text() {
        return text;
    }
}
