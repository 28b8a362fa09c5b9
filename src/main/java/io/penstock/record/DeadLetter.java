/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A change that a target refused for itself, with all that is needed to export it again.
 *
 * @param sink the sink's name in the job file
 * @param change as it was exported, with the document's original bytes
 * @param code what the target calls the refusal, such as an SQLSTATE or an error's number
 * @param message the target's own words; without secrets
 * @param attempts how often the target has refused it: 1, and one more with each replay
 */
public record DeadLetter(String sink, ChangeRecord change, Reason reason, String code, String message, int attempts) {
    private static final int ID_BYTES = 16;

    /** Why. Their order is part of the serialized form. */
    public enum Reason {
        /** The target does not take so many bytes. */
        TOO_LARGE,
        /** A value has no form in the target's columns or types. */
        UNMAPPABLE,
        /** It breaks a rule that the target's owner made: a validator, a constraint, a unique index. */
        INVALID,
        /** Anything else that the target has against this change alone. */
        REFUSED
    }

    /** The correlation id, which is the same whenever this change is refused by this sink: 32 hex digits. */
    public String id() {
        MessageDigest digest = Sha256.digest();
        Sha256.part(digest, sink.getBytes(UTF_8));
        Sha256.part(digest, change.namespace().toString().getBytes(UTF_8));
        Sha256.part(digest, change.key().bytes());
        Sha256.part(digest, (change.version().text() + '/' + change.revision()).getBytes(UTF_8));
        return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    }
}
