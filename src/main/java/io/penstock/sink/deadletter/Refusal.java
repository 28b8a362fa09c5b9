/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;

/**
 * That a target refused a change for itself.
 *
 * @param code what the target calls it
 * @param message the target's own words
 */
public record Refusal(ChangeRecord change, DeadLetter.Reason reason, String code, String message) {
    /** The event of it; a replay that is refused again is the same letter, with one more attempt. */
    public LetterEvent.Refused by(String sink) {
        int before = change.replay() == null ? 0 : change.replay().attempts();
        return new LetterEvent.Refused(new DeadLetter(sink, change.with(null), reason, code, message, before + 1));
    }
}
