/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.deadletter.Refusal;

/** That a change cannot be written as this sink writes it, whatever the server's state; known before it is asked. */
final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String code;

    UnfitException(Reason reason, String code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    Refusal of(ChangeRecord change) {
        return new Refusal(change, reason, code, getMessage());
    }
}
