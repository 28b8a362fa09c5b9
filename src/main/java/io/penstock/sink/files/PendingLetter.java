/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;

/**
 * What became of a dead letter while files were written, to be settled once its checkpoint is complete.
 *
 * @param window of the change
 */
public record PendingLetter(Namespace namespace, long window, LetterEvent event) implements FilesCommittable {
    /** What a manifest has to say of it: the change that is in no file; null for a letter that is no new one. */
    public Refused missing() {
        if (!(event instanceof LetterEvent.Refused refused) || refused.letter().attempts() > 1) {
            return null;
        }
        ChangeRecord change = refused.letter().change();
        return Refused.of(change, change.key().toString());
    }
}
